/** Cuts an H.264 byte stream (ITU-T H.264 Annex B) with access unit delimiters into access units. */

export interface ClipUnit {
  key: boolean
  /** NAL units without start codes and without the delimiter, in order. */
  nals: Buffer[]
}

const delimiter = 9
const instantRefresh = 5

export function nalType(nal: Uint8Array): number {
  return nal[0]! & 0x1f
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
export function accessUnits(stream: Buffer): ClipUnit[] {
  const units: ClipUnit[] = []
  for (const nal of splitNals(stream)) {
    const type = nalType(nal)
    if (type === delimiter) units.push({ key: false, nals: [] })
    else {
      const unit = units.at(-1)
      if (!unit) throw new Error('the stream does not begin with an access unit delimiter')
      unit.nals.push(nal)
      if (type === instantRefresh) unit.key = true
    }
  }
  return units
}
