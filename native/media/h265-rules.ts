/** H.265 as NAL units, over RTP (RFC 7798). */
import { h265SetId, parseH265Sequence } from './h265-parameter-sets.ts'
import { type NalRules, readAggregate, type RtpPayload } from './nal-rules.ts'

const type = (nal: Uint8Array) => ((nal[0] ?? 0) >> 1) & 0x3f
const aggregation = 48
const fragmentation = 49
/** Payload content information: nothing in it is needed here, and what it wraps is nothing that we asked for. */
const contentInformation = 50

/**
 * `hasOrder`: packets carry decoding order numbers (`sprop-max-don-diff` above 0). They are stepped over; pictures sent in another order
 * than they are decoded in, which no camera does, come out as they were sent.
 */
export function h265(hasOrder: boolean): NalRules {
  return {
    name: 'H.265',
    type,
    isPicture: (type) => type <= 31,
    // IRAP pictures: BLA, IDR, CRA and the reserved ones. Decoders pass over the leading pictures of a CRA that they started from.
    isKey: (type) => type >= 16 && type <= 23,
    // first_slice_segment_in_pic_flag
    beginsPicture: (slice) => ((slice[2] ?? 0) & 0x80) !== 0,
    isLeftOut: (type) => type === 35 || type === 38,
    setTypes: [32, 33, 34],
    sequenceSet: 33,
    setId: h265SetId,
    format: (set) => parseH265Sequence(set)?.format ?? null,
    readPayload: (payload) => readPayload(payload, hasOrder),
  }
}

function readPayload(payload: Uint8Array, hasOrder: boolean): RtpPayload | null {
  if (payload.byteLength < 3) return null
  const kind = type(payload)
  // Section 4.4.2: DONL of 16 bits before the first unit, DOND of 8 before each of the others.
  if (kind === aggregation) return readAggregate(payload, 2, (isFirst) => (hasOrder ? (isFirst ? 2 : 1) : 0))
  if (kind === fragmentation) return readFragment(payload, hasOrder)
  if (kind === contentInformation) return { kind: 'units', nals: [], isBroken: false }
  if (kind > contentInformation) return null
  if (!hasOrder) return { kind: 'units', nals: [payload], isBroken: false }
  // Section 4.4.1: DONL stands between the header and the rest.
  if (payload.byteLength < 5) return null
  return { kind: 'units', nals: [Buffer.concat([payload.subarray(0, 2), payload.subarray(4)])], isBroken: false }
}

/** Section 4.4.3. */
function readFragment(payload: Uint8Array, hasOrder: boolean): RtpPayload | null {
  const flags = payload[2] ?? 0
  const isStart = (flags & 0x80) !== 0
  const content = payload.subarray(isStart && hasOrder ? 5 : 3)
  if (content.byteLength === 0) return null
  const header = Uint8Array.of(((payload[0] ?? 0) & 0x81) | ((flags & 0x3f) << 1), payload[1] ?? 0)
  return { kind: 'fragment', isStart, isEnd: (flags & 0x40) !== 0, header, content }
}
