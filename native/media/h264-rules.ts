/** H.264 as NAL units, over RTP in packetization modes 0 and 1 (RFC 6184). */
import { type NalRules, readAggregate, type RtpPayload } from './nal-rules.ts'
import { parameterSetId, parseSequenceParameterSet } from './parameter-sets.ts'

const type = (nal: Uint8Array) => (nal[0] ?? 0) & 0x1f

export const h264: NalRules = {
  name: 'H.264',
  type,
  // Slices and slice data partitions.
  isPicture: (type) => type >= 1 && type <= 5,
  isKey: (type) => type === 5,
  // `first_mb_in_slice` is ue(v), and 0 is written as one set bit; partitions B and C have none.
  beginsPicture: (slice) => type(slice) === 3 || type(slice) === 4 || ((slice[1] ?? 0) & 0x80) !== 0,
  isLeftOut: (type) => type === 9 || type === 12,
  setTypes: [7, 8],
  sequenceSet: 7,
  setId: parameterSetId,
  format: parseSequenceParameterSet,
  readPayload,
}

function readPayload(payload: Uint8Array): RtpPayload | null {
  const kind = type(payload)
  if (kind >= 1 && kind <= 23) return { kind: 'units', nals: [payload], isBroken: false }
  // STAP-A, section 5.7.1.
  if (kind === 24) return readAggregate(payload, 1, () => 0)
  // 25-27 and 29 need packetization mode 2, which was not agreed on; 0, 30 and 31 are not defined.
  return kind === 28 ? readFragment(payload) : null
}

/** FU-A, section 5.8. */
function readFragment(payload: Uint8Array): RtpPayload | null {
  const flags = payload[1]
  if (flags === undefined || payload.byteLength < 3) return null
  const header = Uint8Array.of(((payload[0] ?? 0) & 0xe0) | (flags & 0x1f))
  const content = payload.subarray(2)
  return { kind: 'fragment', isStart: (flags & 0x80) !== 0, isEnd: (flags & 0x40) !== 0, header, content }
}
