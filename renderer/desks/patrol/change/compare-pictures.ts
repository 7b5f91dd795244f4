/** How far two small pictures of one place differ, light, noise, people who pass and a slight shift of the camera aside. Values in, values out. */
import pixelmatch from 'pixelmatch'
import { blockColumns, blockRows } from './blocks.ts'

/** RGBA, row by row. */
export interface Pixels {
  width: number
  height: number
  data: Uint8ClampedArray
}

export interface Change {
  /** Share of the blocks that changed, 0 to 1; those under the camera's own text are not counted. */
  share: number
  /** One value a block, row by row: the share of its pixels that changed, 0 to 255. */
  heat: Uint8Array
}

/** Rows of blocks that carry the camera's own text, clock or marks: of the top and of the bottom edge. */
const textRows = { top: 2, bottom: 1 }
/** What `pixelmatch` takes for another colour, 0 to 1; tried out on drawn sequences; the bench `change` measures others. */
const colourThreshold = 0.14
/** A block has changed when this share of its pixels has. */
const blockShare = 0.4
/** Pixels by which the camera may have moved, each way. */
const mostShift = 2
/** From this share on it is worth saying that something may have changed: one block. */
export const likelyShare = 0.002
/** Where more has changed than this, it is the light or the camera, not a thing that came or went. */
const mostLikelyShare = 0.1

export const isLikely = (share: number, least = likelyShare): boolean => share >= least && share <= mostLikelyShare

/** The picture without what moves: each value is the median of the frames, which have one size. Null of none. */
export function medianPicture(frames: readonly Pixels[]): Pixels | null {
  const [first] = frames
  if (!first) return null
  const data = new Uint8ClampedArray(first.data.length)
  const values = new Uint8ClampedArray(frames.length)
  const middle = frames.length >> 1
  for (let at = 0; at < data.length; at += 1) {
    frames.forEach((frame, index) => (values[index] = frame.data[at] ?? 0))
    values.sort()
    data[at] = values[middle] ?? 0
  }
  return { width: first.width, height: first.height, data }
}

/** Null: they have different shapes and cannot be compared. */
export function comparePictures(earlier: Pixels, now: Pixels): Change | null {
  const { width, height } = earlier
  if (now.width !== width || now.height !== height || width < blockColumns || height < blockRows) return null
  const before = withoutText(earlier)
  const alike = inLightOf(withoutText(now), before)
  const moved = inNearLightOf(shifted(alike, bestShift(before, alike)), before)
  const changed = new Uint8ClampedArray(before.data.length)
  pixelmatch(before.data, moved.data, changed, width, before.height, { threshold: colourThreshold, diffMask: true })
  return blocksOf(changed, width, before.height)
}

/** What lies between the text of the camera: else a change of its clock would be one of the light. */
function withoutText({ width, height, data }: Pixels): Pixels {
  const from = Math.round((height * textRows.top) / blockRows)
  const to = Math.round((height * (blockRows - textRows.bottom)) / blockRows)
  return { width, height: to - from, data: data.slice(from * width * 4, to * width * 4) }
}

/** `picture` with the mean and the spread of brightness that `light` has, colour by colour: day, dusk and white balance. */
function inLightOf(picture: Pixels, light: Pixels): Pixels {
  const data = new Uint8ClampedArray(picture.data)
  for (let colour = 0; colour < 3; colour += 1) {
    const [own, wanted] = [lightOf(picture, colour), lightOf(light, colour)]
    const gain = own.spread > 0 ? Math.max(0.25, Math.min(4, wanted.spread / own.spread)) : 1
    for (let at = colour; at < data.length; at += 4)
      data[at] = ((picture.data[at] ?? 0) - own.mean) * gain + wanted.mean
  }
  return { ...picture, data }
}

function lightOf({ data }: Pixels, colour: number): { mean: number; spread: number } {
  let [sum, squares] = [0, 0]
  for (let at = colour; at < data.length; at += 4) {
    const value = data[at] ?? 0
    sum += value
    squares += value * value
  }
  const count = data.length / 4
  const mean = sum / count
  return { mean, spread: Math.sqrt(Math.max(0, squares / count - mean * mean)) }
}

/** The same for light that falls on a part of the picture: the mean of the surroundings, an eighth of the width to each side. */
function inNearLightOf(picture: Pixels, light: Pixels): Pixels {
  const { width, height } = picture
  const data = new Uint8ClampedArray(picture.data)
  for (let colour = 0; colour < 3; colour += 1) {
    const darker = Float32Array.from({ length: width * height }, (_, at) => {
      return (light.data[at * 4 + colour] ?? 0) - (picture.data[at * 4 + colour] ?? 0)
    })
    const near = surroundings(darker, width, height, Math.round(width / 8))
    near.forEach((value, at) => (data[at * 4 + colour] = (picture.data[at * 4 + colour] ?? 0) + value))
  }
  return { width, height, data }
}

/** Mean of the square of `reach` to each side of each value, as far as it lies in the picture; by sums over rectangles from the corner. */
function surroundings(values: Float32Array, width: number, height: number, reach: number): Float32Array {
  const sums = new Float64Array((width + 1) * (height + 1))
  const sum = (x: number, y: number) => sums[y * (width + 1) + x] ?? 0
  for (let y = 0; y < height; y += 1)
    for (let x = 0; x < width; x += 1)
      sums[(y + 1) * (width + 1) + x + 1] = (values[y * width + x] ?? 0) + sum(x, y + 1) + sum(x + 1, y) - sum(x, y)
  return values.map((_, at) => {
    const [x, y] = [at % width, Math.floor(at / width)]
    const [left, right] = [Math.max(0, x - reach), Math.min(width, x + reach + 1)]
    const [top, bottom] = [Math.max(0, y - reach), Math.min(height, y + reach + 1)]
    const all = sum(right, bottom) - sum(left, bottom) - sum(right, top) + sum(left, top)
    return all / ((right - left) * (bottom - top))
  })
}

type Shift = readonly [right: number, down: number]

/** The shift of `now` that fits `earlier` best. */
function bestShift(earlier: Pixels, now: Pixels): Shift {
  let best: Shift = [0, 0]
  let least = misfit(earlier, now, best)
  for (let down = -mostShift; down <= mostShift; down += 1)
    for (let right = -mostShift; right <= mostShift; right += 1) {
      const here = misfit(earlier, now, [right, down])
      if (here < least) [best, least] = [[right, down], here]
    }
  return best
}

/** Mean difference of the green channel, which is nearest to brightness, away from the edges. */
function misfit(earlier: Pixels, now: Pixels, [right, down]: Shift): number {
  const { width, height } = earlier
  let sum = 0
  for (let y = mostShift; y < height - mostShift; y += 1)
    for (let x = mostShift; x < width - mostShift; x += 1) {
      const [there, here] = [(y * width + x) * 4 + 1, ((y - down) * width + x - right) * 4 + 1]
      sum += Math.abs((earlier.data[there] ?? 0) - (now.data[here] ?? 0))
    }
  return sum
}

/** What comes in at an edge is the edge itself. */
function shifted(picture: Pixels, [right, down]: Shift): Pixels {
  if (right === 0 && down === 0) return picture
  const { width, height } = picture
  const [from, to] = [new Uint32Array(picture.data.buffer), new Uint32Array(width * height)]
  for (let y = 0; y < height; y += 1)
    for (let x = 0; x < width; x += 1) {
      const row = Math.min(height - 1, Math.max(0, y - down))
      to[y * width + x] = from[row * width + Math.min(width - 1, Math.max(0, x - right))] ?? 0
    }
  return { width, height, data: new Uint8ClampedArray(to.buffer) }
}

/** `changed`: what changed is opaque, as `pixelmatch` draws a mask; without the rows of text. */
function blocksOf(changed: Uint8ClampedArray, width: number, height: number): Change {
  const rows = blockRows - textRows.top - textRows.bottom
  const hits = new Uint32Array(blockColumns * blockRows)
  const all = new Uint32Array(blockColumns * blockRows)
  for (let y = 0; y < height; y += 1)
    for (let x = 0; x < width; x += 1) {
      const row = textRows.top + Math.floor((y * rows) / height)
      const block = row * blockColumns + Math.floor((x * blockColumns) / width)
      all[block] = (all[block] ?? 0) + 1
      const at = (y * width + x) * 4
      // Red: it changed. Yellow marks an edge that was only drawn anew.
      if (changed[at + 3] && changed[at + 1] === 0) hits[block] = (hits[block] ?? 0) + 1
    }
  const heat = Uint8Array.from(hits, (hit, block) => (255 * hit) / (all[block] || 1))
  return { share: heat.filter((value) => value >= 255 * blockShare).length / (blockColumns * rows), heat }
}
