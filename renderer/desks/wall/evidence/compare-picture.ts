/** Decodes the kept coded pictures of a snapshot again and compares the last one with what was handed over: a forged picture differs. */

/** Small enough that a changed face or number plate fills one. */
const blockPixels = 16
/** Decoders round differently; a forged block is far from that. 0..255, mean of a block. */
const mostDifference = 16

/** The largest mean difference of any block, 0..255; `a` and `b` are RGBA of the same size. */
export function worstBlock(a: Uint8ClampedArray, b: Uint8ClampedArray, width: number, height: number): number {
  let worst = 0
  for (let top = 0; top < height; top += blockPixels)
    for (let left = 0; left < width; left += blockPixels)
      worst = Math.max(worst, blockDifference(a, b, { left, top, width, height }))
  return worst
}

interface Block {
  left: number
  top: number
  width: number
  height: number
}

function blockDifference(a: Uint8ClampedArray, b: Uint8ClampedArray, { left, top, width, height }: Block): number {
  let [sum, count] = [0, 0]
  for (let y = top; y < Math.min(top + blockPixels, height); y += 1)
    for (let x = left; x < Math.min(left + blockPixels, width); x += 1)
      for (let channel = 0; channel < 3; channel += 1) {
        const at = (y * width + x) * 4 + channel
        sum += Math.abs((a[at] ?? 0) - (b[at] ?? 0))
        count += 1
      }
  return count === 0 ? 0 : sum / count
}

/** `unknown`: this browser cannot decode the coded pictures. */
export async function comparePicture(picture: Blob, coded: Blob): Promise<'same' | 'different' | 'unknown'> {
  const shown = await createImageBitmap(picture)
  const { width, height } = shown
  const [one, other] = [new OffscreenCanvas(width, height), new OffscreenCanvas(width, height)]
  const [context, codedContext] = [one.getContext('2d')!, other.getContext('2d')!]
  context.drawImage(shown, 0, 0)
  shown.close()
  const { ALL_FORMATS, BlobSource, Input, VideoSampleSink } = await import('mediabunny')
  const track = await new Input({ source: new BlobSource(coded), formats: ALL_FORMATS }).getPrimaryVideoTrack()
  if (!track || !(await track.canDecode())) return 'unknown'
  let hasDrawn = false
  for await (const sample of new VideoSampleSink(track).samples()) {
    sample.draw(codedContext, 0, 0, width, height)
    sample.close()
    hasDrawn = true
  }
  if (!hasDrawn) return 'unknown'
  const pixels = [context, codedContext].map((each) => each.getImageData(0, 0, width, height).data)
  return worstBlock(pixels[0]!, pixels[1]!, width, height) <= mostDifference ? 'same' : 'different'
}
