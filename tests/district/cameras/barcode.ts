/**
 * A frame counter drawn into the picture as black and white blocks, readable after compression and scaling.
 *
 * 24 blocks along the bottom edge from the left, each 1/32 of the width and 1/18 of the height (20x20 at 640x360):
 *   0 white, 1 black | 12 bits index within the loop | 8 bits CRC-8 of it | 22 black, 23 white
 * The clips run in lock-step with the wall clock, so `sentAt(readBarcode(...), Date.now())` is when the frame was sent:
 * subtract it from the time the picture was shown and that is the latency. Nothing here needs more than a language
 * runtime, so a page can import it and feed it a canvas.
 */
export { loopFrames, loopMs, sentAt } from './loop.ts'

const blocks = 24
const indexBits = 12
const checkBits = 8
const columns = 32
const rows = 18

/** The blocks of an index, true for white. */
function pattern(index: number): boolean[] {
  const value = (index << checkBits) | checksum(index)
  const bits = Array.from({ length: indexBits + checkBits }, (_, at) => ((value >> (19 - at)) & 1) === 1)
  return [true, false, ...bits, false, true]
}

/** CRC-8 (polynomial 0x07, start 0xff) of the two bytes of the index. */
function checksum(index: number): number {
  let crc = 0xff
  for (const byte of [index >> 8, index & 0xff]) {
    crc ^= byte
    for (let bit = 0; bit < 8; bit++) crc = crc & 0x80 ? ((crc << 1) ^ 0x07) & 0xff : crc << 1
  }
  return crc
}

/** Draws `index` (0..4095) into the luma plane of a raw frame. */
export function drawBarcode(luma: Uint8Array, width: number, height: number, index: number): void {
  const top = Math.floor(height - height / rows)
  pattern(index).forEach((white, at) => {
    const left = Math.round((at * width) / columns)
    const right = Math.round(((at + 1) * width) / columns)
    for (let y = top; y < height; y++) luma.fill(white ? 235 : 16, y * width + left, y * width + right)
  })
}

/**
 * Reads the index from a luma plane (one byte a pixel) or RGBA pixels (a canvas' `ImageData.data`) of any size.
 * Null when there is no barcode, it is too blurred, or its checksum does not fit.
 */
export function readBarcode(pixels: ArrayLike<number>, width: number, height: number): number | null {
  const step = pixels.length >= width * height * 4 ? 4 : 1
  if (pixels.length < width * height || width < columns * 2 || height < rows * 2) return null
  const level = Array.from({ length: blocks }, (_, at) => blockLevel(pixels, width, height, step, at))
  const white = Math.min(level[0]!, level[blocks - 1]!)
  const black = Math.max(level[1]!, level[blocks - 2]!)
  if (white - black < 80) return null
  const middle = (white + black) / 2
  let value = 0
  for (const bit of level.slice(2, 2 + indexBits + checkBits)) {
    if (Math.abs(bit - middle) < (white - black) / 8) return null
    value = value * 2 + (bit > middle ? 1 : 0)
  }
  const index = value >> checkBits
  return checksum(index) === (value & 0xff) ? index : null
}

/** Mean of the middle half of a block; of RGBA the green channel, which is nearest to luma. */
function blockLevel(pixels: ArrayLike<number>, width: number, height: number, step: number, at: number): number {
  const left = ((at + 0.25) * width) / columns
  const right = ((at + 0.75) * width) / columns
  const top = height - (0.75 * height) / rows
  const bottom = height - (0.25 * height) / rows
  let sum = 0
  let count = 0
  for (let y = Math.floor(top); y < bottom; y++)
    for (let x = Math.floor(left); x < right; x++) {
      sum += pixels[(y * width + x) * step + (step === 4 ? 1 : 0)]!
      count++
    }
  return sum / count
}
