/** AAC in RTP (RFC 3640, modes AAC-lbr and AAC-hbr) and its configuration (ISO/IEC 14496-3 section 1.6.2.1). Pure. */
import type { PayloadReader } from './sound-depacketiser.ts'

export interface AudioConfig {
  /** RFC 6381, e.g. `mp4a.40.2`. */
  codec: string
  /** Hz, of the core that frames are counted in. */
  sampleRate: number
  channels: number
  /** Samples of a frame at that rate. */
  frameSamples: number
  /** The AudioSpecificConfig in base64. */
  description: string
}

const sampleRates = [96_000, 88_200, 64_000, 48_000, 44_100, 32_000, 24_000, 22_050, 16_000, 12_000, 11_025, 8_000]
/** By channelConfiguration. */
const channelCounts = [0, 1, 2, 3, 4, 5, 6, 8]
/** AAC LC, and with SBR and PS: what browsers decode. */
const objectTypes: ReadonlySet<number> = new Set([2, 5, 29])

/** Null when it cannot be read or is of a kind that is not played. */
export function readAudioConfig(hex: string): AudioConfig | null {
  if (!/^([0-9a-f]{2}){2,64}$/i.test(hex)) return null
  const bytes = Buffer.from(hex, 'hex')
  const bits = bytes.readUInt16BE(0)
  const objectType = bits >> 11
  const sampleRate = sampleRates[(bits >> 7) & 0x0f]
  const channels = channelCounts[(bits >> 3) & 0x0f] ?? 0
  if (!objectTypes.has(objectType) || !sampleRate || channels === 0) return null
  // GASpecificConfig follows at once in AAC LC only.
  const frameSamples = objectType === 2 && (bits & 0x04) !== 0 ? 960 : 1024
  const description = bytes.toString('base64')
  return { codec: `mp4a.40.${objectType}`, sampleRate, channels, frameSamples, description }
}

/** Fields of the AU headers that the two modes do not use (section 4.1). */
const foreign = [
  'ctsdeltalength',
  'dtsdeltalength',
  'randomaccessindication',
  'streamstateindication',
  'auxiliarydatasizelength',
  'constantsize',
]
const mostFrames = 64
const maxFrame = 8_192

/** Makes readers for a sound with these parameters of `a=fmtp`; null for a layout that is not read. `frameTicks`: of one frame. */
export function aacReader(parameters: ReadonlyMap<string, string>, frameTicks: number): (() => PayloadReader) | null {
  const number = (name: string) => Number(parameters.get(name) ?? 0)
  const [size, index, delta] = [number('sizelength'), number('indexlength'), number('indexdeltalength')]
  const isKnown = [13, 6].includes(size) && index >= 0 && index <= 8 && delta >= 0 && delta <= 8
  if (!isKnown || foreign.some((name) => number(name) !== 0)) return null
  const layout = { size, index, delta }
  return () => {
    /** A frame that comes in several packets (section 3.2.3.2). */
    let coming: { size: number; pieces: Uint8Array[]; bytes: number } | null = null
    return {
      lose: () => void (coming = null),
      read(payload, marker) {
        const head = readHeaders(payload, layout)
        const [first] = head?.sizes ?? []
        if (!head || first === undefined) return []
        const rest = payload.subarray(head.bytes)
        if (head.sizes.length > 1 || (first <= rest.byteLength && !coming)) {
          coming = null
          return cut(rest, head.sizes).map((data, at) => ({ ticks: at * frameTicks, data }))
        }
        if (coming?.size !== first) coming = { size: first, pieces: [], bytes: 0 }
        coming.pieces.push(rest.slice())
        coming.bytes += rest.byteLength
        if (coming.bytes < first && !marker) return []
        const whole = coming.bytes === first ? [{ ticks: 0, data: Buffer.concat(coming.pieces) }] : []
        coming = null
        return whole
      },
    }
  }
}

interface Layout {
  size: number
  index: number
  delta: number
}

/** Sizes of the frames and bytes before the first; null when they cannot be read or come out of order. */
function readHeaders(payload: Uint8Array, { size, index, delta }: Layout): { sizes: number[]; bytes: number } | null {
  if (payload.byteLength < 2) return null
  const bits = ((payload[0] ?? 0) << 8) | (payload[1] ?? 0)
  const bytes = 2 + Math.ceil(bits / 8)
  if (bytes > payload.byteLength) return null
  const sizes: number[] = []
  for (let at = 0; at + size + (at === 0 ? index : delta) <= bits && sizes.length < mostFrames;) {
    const rest = at === 0 ? index : delta
    const length = readBits(payload, 16 + at, size)
    // Interleaved frames would have to wait for one another.
    if (readBits(payload, 16 + at + size, rest) !== 0 || length > maxFrame) return null
    sizes.push(length)
    at += size + rest
  }
  return { sizes, bytes }
}

function readBits(bytes: Uint8Array, from: number, count: number): number {
  let value = 0
  for (let at = from; at < from + count; at += 1) value = (value << 1) | (((bytes[at >> 3] ?? 0) >> (7 - (at & 7))) & 1)
  return value
}

/** Frames that are there whole. */
function cut(bytes: Uint8Array, sizes: readonly number[]): Uint8Array[] {
  const frames: Uint8Array[] = []
  let at = 0
  for (const size of sizes) {
    if (at + size > bytes.byteLength) break
    frames.push(bytes.subarray(at, at + size))
    at += size
  }
  return frames
}
