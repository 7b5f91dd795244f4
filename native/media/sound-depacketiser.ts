/** RTP packets of a sound → frames in their order, whatever codec. Nothing waits: what is lost or late is a gap to be heard. */
import { type RtpPacket, sequenceGap, TimestampUnwrapper } from './rtp.ts'

/** An older packet than this is a sender that began anew (RFC 3550 appendix A.1). */
const maxMisorder = 100
const maxPayload = 65_536

/** What one codec's payloads hold. */
export interface PayloadReader {
  /** Frames of a payload, each with its ticks after the packet's timestamp; those that came whole with it. */
  read(payload: Uint8Array, marker: boolean): { ticks: number; data: Uint8Array }[]
  /** Packets are missing: what had begun to come is not to be finished. */
  lose(): void
}

export interface SoundFrame {
  /** Microseconds since the first frame. */
  timestamp: number
  /** How long after the packet's first frame it ends in comparison to the last one, as ms below zero; 0: the last. */
  beforeLastMs: number
  /** A view of the packet. */
  data: Uint8Array
}

export class SoundDepacketiser {
  readonly #reader: PayloadReader
  readonly #clockRate: number
  readonly #ticksOf: (data: Uint8Array) => number
  readonly #timestamps = new TimestampUnwrapper()
  #last: { sequence: number; source: number } | null = null

  /** `clockRate` in Hz; `ticksOf`: how long a frame sounds. */
  constructor(reader: PayloadReader, clockRate: number, ticksOf: (data: Uint8Array) => number) {
    this.#reader = reader
    this.#clockRate = clockRate
    this.#ticksOf = ticksOf
  }

  push(packet: RtpPacket): SoundFrame[] {
    const { sequence, source, payload } = packet
    const last = this.#last
    const gap = last ? sequenceGap(last.sequence, sequence) : 0
    const isSameSender = last?.source === source
    if (last && isSameSender && gap < 0 && gap >= -maxMisorder) return []
    this.#last = { sequence, source }
    if (last && (!isSameSender || gap !== 0)) this.#reader.lose()
    if (payload.byteLength === 0 || payload.byteLength > maxPayload) return []
    const start = this.#timestamps.unwrap(packet.timestamp)
    const frames = this.#reader.read(payload, packet.marker).filter(({ data }) => data.byteLength > 0)
    const ends = frames.map(({ ticks, data }) => ticks + this.#ticksOf(data))
    const end = ends.at(-1) ?? 0
    return frames.map(({ ticks, data }, index) => ({
      timestamp: Math.round(((start + ticks) / this.#clockRate) * 1_000_000),
      beforeLastMs: ((end - (ends[index] ?? end)) / this.#clockRate) * 1000,
      data,
    }))
  }
}
