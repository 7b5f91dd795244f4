/** A worker that compares what a stop shows now with what it showed before, so that a walk never waits for it. */
import { presetPictureLimits } from '../../../../native/contract/ptz.ts'
import { jpegOf } from '../../wall/tools/small-picture.ts'
import { type Change, comparePictures, isLikely, medianPicture, type Pixels } from './compare-pictures.ts'

export interface ChangeWork {
  id: number
  /** Base64 of a JPEG; null: there is none. */
  earlier: string | null
  /** One after the other, of one size; at least one. */
  frames: Pixels[]
}

export interface ChangeDone {
  id: number
  /** Null: nothing to compare with, or of another shape. */
  change: (Change & { isLikely: boolean }) | null
  /** What is seen now, without what moves: base64; null when it cannot be made small enough. */
  jpeg: string | null
}

async function decode(jpeg: string): Promise<Pixels | null> {
  const bytes = Uint8Array.from(atob(jpeg), (char) => char.charCodeAt(0))
  const image = await createImageBitmap(new Blob([bytes], { type: 'image/jpeg' }))
  const { width, height } = image
  const context = new OffscreenCanvas(width, height).getContext('2d', { willReadFrequently: true })
  context?.drawImage(image, 0, 0)
  image.close()
  return context && { width, height, data: context.getImageData(0, 0, width, height).data }
}

async function encode({ width, height, data }: Pixels): Promise<string | null> {
  const canvas = new OffscreenCanvas(width, height)
  canvas.getContext('2d')?.putImageData(new ImageData(new Uint8ClampedArray(data), width, height), 0, 0)
  return await jpegOf(canvas, presetPictureLimits.bytes)
}

async function look({ id, earlier, frames }: ChangeWork): Promise<ChangeDone> {
  const now = medianPicture(frames)
  const before = earlier === null ? null : await decode(earlier).catch(() => null)
  const change = now && before ? comparePictures(before, now) : null
  const jpeg = now && (await encode(now))
  return { id, jpeg, change: change && { ...change, isLikely: isLikely(change.share) } }
}

addEventListener('message', ({ data }: MessageEvent<ChangeWork>) => {
  const empty: ChangeDone = { id: data.id, change: null, jpeg: null }
  void look(data)
    .catch(() => empty)
    .then((done) => postMessage(done))
})
