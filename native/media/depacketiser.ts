/**
 * RTP packets of H.264 or H.265 → whole access units. NAL units belong together by timestamp and marker,
 * never by their kind. After a loss nothing is given out until a key frame has come whole.
 */
import type { MediaUnit } from './media-unit.ts'
import type { NalRules, RtpPayload } from './nal-rules.ts'
import { type RtpPacket, sequenceGap, TimestampUnwrapper } from './rtp.ts'
import { UnitAssembler } from './unit-assembler.ts'

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
  rules: NalRules
  /** Hz. */
  clockRate: number
  /** Parameter sets of the session description. */
  parameterSets: readonly Uint8Array[]
}

export class Depacketiser {
  readonly #rules: NalRules
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
    this.#rules = options.rules
    this.#assembler = new UnitAssembler(options.rules, options.parameterSets)
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
    if (payload.byteLength === 0) return
    unit.bytes += payload.byteLength
    if (unit.bytes > maxUnitBytes || unit.nals.length > maxNals) return this.#giveUp(unit)
    const read = this.#rules.readPayload(payload)
    if (read?.kind === 'fragment') return this.#readFragment(unit, read)
    if (this.#fragments || !read) this.#breakFragments(unit)
    for (const nal of read?.nals ?? []) this.#append(unit, nal)
    if (read?.isBroken) unit.isBroken = true
  }

  #readFragment(unit: OpenUnit, { isStart, isEnd, header, content }: Extract<RtpPayload, { kind: 'fragment' }>): void {
    if (isStart === (this.#fragments !== null) || (isStart && isEnd)) this.#breakFragments(unit)
    if (isStart) this.#fragments = [header, content]
    else this.#fragments?.push(content)
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
    const type = this.#rules.type(nal)
    // The forbidden bit, the same in both codecs, says that a gateway on the way found the unit damaged.
    if (((nal[0] ?? 0) & 0x80) !== 0) unit.isBroken = true
    if (this.#rules.isPicture(type) && !unit.hasPicture) this.#beginPicture(unit, nal)
    if (this.#rules.setTypes.includes(type)) this.#setsSinceLoss.add(type)
    unit.nals.push(nal)
  }

  #giveUp(unit: OpenUnit): void {
    this.#fragments = null
    unit.nals = []
    unit.isBroken = true
  }

  #beginPicture(unit: OpenUnit, slice: Uint8Array): void {
    unit.hasPicture = true
    const isContinued = !this.#rules.beginsPicture(slice)
    if (isContinued && this.#finishedTimestamp === unit.timestamp) {
      this.#ignoresMarkers = true
      unit.isBroken = true
    }
    if (!this.#isAfterLoss) return
    // Sets that come with pictures may have been lost in a newer version: those known may not fit.
    const kinds = this.#setsSinceLoss.size
    const isPartly = kinds > 0 && kinds < this.#rules.setTypes.length
    const lacksSets = isPartly || (kinds === 0 && this.#assembler.hasInBandSets)
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
