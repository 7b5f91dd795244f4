/** Cuts a byte stream of H.264 or H.265 (Annex B of either) with access unit delimiters into access units. */
import type { VideoCodec } from './looks.ts'

export interface ClipUnit {
  key: boolean
  /** NAL units without start codes and without the delimiter, in order. */
  nals: Buffer[]
}

const delimiters = { h264: 9, h265: 35 }

export function nalType(nal: Uint8Array, codec: VideoCodec = 'h264'): number {
  return codec === 'h264' ? nal[0]! & 0x1f : (nal[0]! >> 1) & 0x3f
}

/** Instant refresh of H.264; any random access point of H.265. */
function isKey(type: number, codec: VideoCodec): boolean {
  return codec === 'h264' ? type === 5 : type >= 16 && type <= 23
}

/** The NAL units between the start codes. */
export function splitNals(stream: Buffer): Buffer[] {
  const nals: Buffer[] = []
  let start = -1
  for (let at = stream.indexOf('000001', 0, 'hex'); at >= 0; at = stream.indexOf('000001', at + 3, 'hex')) {
    if (start >= 0) nals.push(withoutTrailingZeros(stream.subarray(start, at)))
    start = at + 3
  }
  if (start >= 0) nals.push(withoutTrailingZeros(stream.subarray(start)))
  return nals.filter((nal) => nal.length > 0)
}

/** A four-byte start code and trailing_zero_8bits leave zeros behind; a NAL unit itself never ends in one. */
function withoutTrailingZeros(nal: Buffer): Buffer {
  let end = nal.length
  while (end > 0 && nal[end - 1] === 0) end--
  return nal.subarray(0, end)
}

/** Groups NAL units by the access unit delimiters before each picture. */
export function accessUnits(stream: Buffer, codec: VideoCodec = 'h264'): ClipUnit[] {
  const units: ClipUnit[] = []
  for (const nal of splitNals(stream)) {
    const type = nalType(nal, codec)
    if (type === delimiters[codec]) units.push({ key: false, nals: [] })
    else {
      const unit = units.at(-1)
      if (!unit) throw new Error('the stream does not begin with an access unit delimiter')
      unit.nals.push(nal)
      if (isKey(type, codec)) unit.key = true
    }
  }
  return units
}
