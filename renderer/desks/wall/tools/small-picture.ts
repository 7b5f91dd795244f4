/** A small copy of what a video shows now, to be compared or kept. */

export interface SmallPicture {
  width: number
  height: number
  /** RGBA. */
  pixels(): Uint8ClampedArray
  /** Base64 without its `data:` head; null when it cannot be made small enough. */
  jpeg(): Promise<string | null>
}

const qualities = [0.75, 0.5, 0.25]

/** Fits into the limits (pixels and bytes of the JPEG) with the shape that the video has. */
export function smallPicture(
  video: HTMLVideoElement,
  limits: { width: number; height: number; bytes: number },
): SmallPicture {
  const share = Math.min(limits.width / video.videoWidth, limits.height / video.videoHeight, 1)
  const [width, height] = [video.videoWidth, video.videoHeight].map((side) => Math.max(1, Math.round(side * share)))
  const canvas = new OffscreenCanvas(width ?? 1, height ?? 1)
  const context = canvas.getContext('2d', { willReadFrequently: true })
  context?.drawImage(video, 0, 0, canvas.width, canvas.height)
  return {
    ...{ width: canvas.width, height: canvas.height },
    pixels: () => context?.getImageData(0, 0, canvas.width, canvas.height).data ?? new Uint8ClampedArray(),
    jpeg: () => jpegOf(canvas, limits.bytes),
  }
}

/** Base64 without its `data:` head; null when it cannot be made smaller than `bytes`. */
export async function jpegOf(canvas: OffscreenCanvas, bytes: number): Promise<string | null> {
  for (const quality of qualities) {
    const blob = await canvas.convertToBlob({ type: 'image/jpeg', quality })
    if (blob.size > bytes) continue
    const content = new Uint8Array(await blob.arrayBuffer())
    return btoa(Array.from(content, (byte) => String.fromCharCode(byte)).join(''))
  }
  return null
}

/** Mean difference of two pictures' values, 0 to 255; of different sizes: as different as can be. */
export function differenceOf(one: Uint8ClampedArray, other: Uint8ClampedArray): number {
  if (one.length !== other.length || one.length === 0) return 255
  let sum = 0
  for (let at = 0; at < one.length; at += 1) sum += Math.abs((one[at] ?? 0) - (other[at] ?? 0))
  return sum / one.length
}
