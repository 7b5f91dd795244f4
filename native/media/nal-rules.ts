/** What depacketising, assembling and remuxing need to know of a codec whose pictures are made of NAL units. */

export interface PictureFormat {
  /** RFC 6381, e.g. `avc1.640016` or `hvc1.1.6.L93.B0`. */
  codec: string
  width: number
  height: number
}

/** What one RTP payload carries. */
export type RtpPayload =
  /** Whole NAL units; `isBroken`: there was more that cannot be read. */
  | { kind: 'units'; nals: Uint8Array[]; isBroken: boolean }
  /** A piece of one; `header` is the NAL header to put in front of the first. */
  | { kind: 'fragment'; isStart: boolean; isEnd: boolean; header: Uint8Array; content: Uint8Array }

export interface NalRules {
  /** For people, e.g. `H.264`. */
  name: string
  type(nal: Uint8Array): number
  /** Slices, and whatever else a picture itself is made of. */
  isPicture(type: number): boolean
  /** Pictures that a decoder can start from. */
  isKey(type: number): boolean
  /** Whether a slice is the first of its picture, or may be. */
  beginsPicture(slice: Uint8Array): boolean
  /** Delimiters and fillers, which access units given out do without. */
  isLeftOut(type: number): boolean
  /** Kinds of parameter sets in the order in which decoders want them. */
  setTypes: readonly number[]
  /** The kind that says how large pictures are. */
  sequenceSet: number
  /** Identifier among its kind; null when it cannot be read. */
  setId(set: Uint8Array): number | null
  /** Of a sequence parameter set; null when it cannot be read. */
  format(set: Uint8Array): PictureFormat | null
  /** Null when it is none of this codec. Contents are views. */
  readPayload(payload: Uint8Array): RtpPayload | null
}

/** Units of an aggregation packet, each behind a size of 16 bits and `skip` bytes that are nobody's business here. */
export function readAggregate(payload: Uint8Array, start: number, skip: (isFirst: boolean) => number): RtpPayload {
  const nals: Uint8Array[] = []
  let at = start + skip(true)
  while (at + 2 <= payload.byteLength) {
    const size = ((payload[at] ?? 0) << 8) | (payload[at + 1] ?? 0)
    const nal = payload.subarray(at + 2, at + 2 + size)
    if (nal.byteLength === 0 || nal.byteLength < size) return { kind: 'units', nals, isBroken: true }
    nals.push(nal)
    at += 2 + size
    if (at < payload.byteLength) at += skip(false)
  }
  return { kind: 'units', nals, isBroken: at !== payload.byteLength }
}

/** Access units of the gateway have start codes of four bytes throughout. The NAL units are views. */
export function nalsOf(data: Uint8Array): Uint8Array[] {
  const bytes = Buffer.from(data.buffer, data.byteOffset, data.byteLength)
  const nals: Uint8Array[] = []
  let start = bytes.indexOf(startCode)
  while (start !== -1) {
    const next = bytes.indexOf(startCode, start + 4)
    nals.push(data.subarray(start + 4, next === -1 ? data.byteLength : next))
    start = next
  }
  return nals
}
const startCode = Buffer.of(0, 0, 0, 1)
