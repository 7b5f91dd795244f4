/**
 * RTP packets of H.264 (RFC 6184, packetization modes 0 and 1) → whole access units. NAL units belong together by timestamp and marker,
 * never by their kind. After a loss nothing is given out until a key frame has come whole.
 */
import { beginsPicture, isPicture, nalType, UnitAssembler } from './h264-units.ts'
import type { MediaUnit } from './media-unit.ts'
import { type RtpPacket, sequenceGap, TimestampUnwrapper } from './rtp.ts'

const maxUnitBytes = 8_000_000
const maxNals = 1024
/** An older packet than this is a sender that began anew (RFC 3550 appendix A.1). */
const maxMisorder = 100

interface OpenUnit {
  timestamp: number
  nals: Uint8Array[]
  bytes: number
  hasPicture: boolean
  isBroken: boolean
}

export interface DepacketiserOptions {
  /** Hz. */
  clockRate: number
  /** Parameter sets of the session description. */
  parameterSets: readonly Uint8Array[]
}

export class H264Depacketiser {
  readonly #clockRate: number
  readonly #assembler: UnitAssembler
  readonly #timestamps = new TimestampUnwrapper()
  #last: { sequence: number; source: number } | null = null
  #unit: OpenUnit | null = null
  /** Payloads of the NAL unit that is coming in fragments. */
  #fragments: Uint8Array[] | null = null
  #needsKey = true
  /** No picture has begun since packets were lost: what is ahead may lack its head. */
  #isAfterLoss = true
  /** Kinds of parameter sets that came since then. */
  readonly #setsSinceLoss = new Set<number>()
  #finishedTimestamp: number | null = null
  /** The sender marks packets in the middle of pictures: only timestamps can be believed. */
  #ignoresMarkers = false
  #receivedAt = 0
  #dropped = 0

  constructor(options: DepacketiserOptions) {
    this.#clockRate = options.clockRate
    this.#assembler = new UnitAssembler(options.parameterSets)
  }

  /** Pictures that were not given out because they or what they build on did not come whole. */
  get dropped(): number {
    return this.#dropped
  }

  /** `receivedAt` in milliseconds since 1970. The payload is copied before this returns a unit made of it. */
  push(packet: RtpPacket, receivedAt: number): MediaUnit[] {
    if (!this.#follows(packet)) return []
    const units: MediaUnit[] = []
    const open = this.#unit
    if (open && open.timestamp !== packet.timestamp) units.push(...this.#finish(open))
    this.#receivedAt = receivedAt
    this.#unit ??= { timestamp: packet.timestamp, nals: [], bytes: 0, hasPicture: false, isBroken: false }
    this.#readPayload(this.#unit, packet.payload)
    if (packet.marker && this.#unit.hasPicture && !this.#ignoresMarkers) units.push(...this.#finish(this.#unit))
    return units
  }

  /** False for a packet that is to be passed over. */
  #follows(packet: RtpPacket): boolean {
    const last = this.#last
    const gap = last ? sequenceGap(last.sequence, packet.sequence) : 0
    const isSameSender = last?.source === packet.source
    if (last && isSameSender && gap < 0 && gap >= -maxMisorder) return false
    this.#last = { sequence: packet.sequence, source: packet.source }
    if (last && (!isSameSender || gap !== 0)) this.#lose()
    return true
  }

  #lose(): void {
    if (this.#unit?.hasPicture) this.#dropped += 1
    this.#unit = null
    this.#fragments = null
    this.#needsKey = true
    this.#isAfterLoss = true
    this.#setsSinceLoss.clear()
    this.#finishedTimestamp = null
  }

  #readPayload(unit: OpenUnit, payload: Uint8Array): void {
    const header = payload[0]
    if (header === undefined) return
    unit.bytes += payload.byteLength
    if (unit.bytes > maxUnitBytes || unit.nals.length > maxNals) return this.#giveUp(unit)
    const type = header & 0x1f
    if (type !== 28 && this.#fragments) this.#breakFragments(unit)
    if (type >= 1 && type <= 23) this.#append(unit, payload)
    else if (type === 24) this.#readAggregate(unit, payload)
    else if (type === 28) this.#readFragment(unit, payload)
    // 25-27 and 29 need packetization mode 2, which was not agreed on; 0, 30 and 31 are not defined.
    else unit.isBroken = true
  }

  /** STAP-A, RFC 6184 section 5.7.1. */
  #readAggregate(unit: OpenUnit, payload: Uint8Array): void {
    let at = 1
    while (at + 2 <= payload.byteLength) {
      const size = ((payload[at] ?? 0) << 8) | (payload[at + 1] ?? 0)
      const nal = payload.subarray(at + 2, at + 2 + size)
      if (nal.byteLength === 0 || nal.byteLength < size) break
      this.#append(unit, nal)
      at += 2 + size
    }
    if (at !== payload.byteLength) unit.isBroken = true
  }

  /** FU-A, RFC 6184 section 5.8. */
  #readFragment(unit: OpenUnit, payload: Uint8Array): void {
    const header = payload[1]
    if (header === undefined || payload.byteLength < 3) return this.#breakFragments(unit)
    const [isStart, isEnd] = [(header & 0x80) !== 0, (header & 0x40) !== 0]
    if (isStart === (this.#fragments !== null) || (isStart && isEnd)) this.#breakFragments(unit)
    if (isStart) {
      const nalHeader = ((payload[0] ?? 0) & 0xe0) | (header & 0x1f)
      this.#fragments = [Uint8Array.of(nalHeader), payload.subarray(2)]
    } else this.#fragments?.push(payload.subarray(2))
    if (!isEnd || !this.#fragments) return
    const nal = Buffer.concat(this.#fragments)
    this.#fragments = null
    this.#append(unit, nal)
  }

  #breakFragments(unit: OpenUnit): void {
    this.#fragments = null
    unit.isBroken = true
  }

  #append(unit: OpenUnit, nal: Uint8Array): void {
    const type = nalType(nal)
    // The forbidden bit says that a gateway on the way found the unit damaged.
    if (((nal[0] ?? 0) & 0x80) !== 0) unit.isBroken = true
    if (isPicture(type) && !unit.hasPicture) this.#beginPicture(unit, nal, type)
    if (type === 7 || type === 8) this.#setsSinceLoss.add(type)
    unit.nals.push(nal)
  }

  #giveUp(unit: OpenUnit): void {
    this.#fragments = null
    unit.nals = []
    unit.isBroken = true
  }

  #beginPicture(unit: OpenUnit, slice: Uint8Array, type: number): void {
    unit.hasPicture = true
    const isContinued = type !== 3 && type !== 4 && !beginsPicture(slice)
    if (isContinued && this.#finishedTimestamp === unit.timestamp) {
      this.#ignoresMarkers = true
      unit.isBroken = true
    }
    if (!this.#isAfterLoss) return
    // Sets that come with pictures may have been lost in a newer version: those known may not fit.
    const kinds = this.#setsSinceLoss.size
    const lacksSets = kinds === 1 || (kinds === 0 && this.#assembler.hasInBandSets)
    if (isContinued || lacksSets) unit.isBroken = true
  }

  #finish(unit: OpenUnit): MediaUnit[] {
    if (this.#fragments) this.#breakFragments(unit)
    this.#unit = null
    if (!unit.hasPicture) {
      if (unit.isBroken) this.#drop()
      else this.#assembler.keep(unit.nals)
      return []
    }
    this.#finishedTimestamp = unit.timestamp
    this.#isAfterLoss = false
    const ticks = this.#timestamps.unwrap(unit.timestamp)
    const whole = unit.isBroken ? null : this.#assembler.assemble(unit.nals)
    if (!whole || (this.#needsKey && !whole.key)) {
      this.#drop()
      return []
    }
    this.#needsKey = false
    const timestamp = Math.round((ticks / this.#clockRate) * 1_000_000)
    return [{ ...whole, timestamp, receivedAt: this.#receivedAt }]
  }

  #drop(): void {
    this.#needsKey = true
    this.#dropped += 1
  }
}
