/** The sound of one RTSP session, on its own channels of the same connection. Whatever is wrong with it, the pictures never feel it. */
import { randomInt } from 'node:crypto'
import type { Logger } from 'pino'
import { Reporter } from './rtcp.ts'
import { parseRtp } from './rtp.ts'
import type { InterleavedFrame } from './rtsp-message.ts'
import type { PlayableSound, SoundTaker } from './sound.ts'
import type { SoundDepacketiser } from './sound-depacketiser.ts'

/** Senders' clocks that are further apart than this (ms) were never set together. */
const mostAhead = 1_000

export interface SoundTrackOptions {
  sound: PlayableSound
  channels: { media: number; control: number }
  taker: SoundTaker
  /** How long the pictures are on the way by the camera's own clock; null while it has not told. */
  pictureTransitMs: () => number | null
  log: Logger
}

export class SoundTrack {
  readonly #options: SoundTrackOptions
  readonly #depacketiser: SoundDepacketiser
  readonly #reporter: Reporter
  #isBroken = false

  constructor(options: SoundTrackOptions) {
    this.#options = options
    this.#depacketiser = options.sound.create()
    this.#reporter = new Reporter(options.sound.audio.clockRate, randomInt(2 ** 32))
  }

  /** True when the frame was of this sound. `now`: ms since 1970. */
  read({ channel, payload }: InterleavedFrame, now: number): boolean {
    const { media, control } = this.#options.channels
    if (channel !== media && channel !== control) return false
    try {
      if (channel === control) this.#reporter.read(payload, now)
      else if (!this.#isBroken) this.#take(payload, now)
    } catch (error) {
      this.#isBroken = true
      this.#options.log.error({ err: error }, 'the sound of a camera cannot be read')
    }
    return true
  }

  /** What to report to the sender, and on which channel; null while nothing came. */
  report(now: number): { channel: number; bytes: Uint8Array } | null {
    const bytes = this.#reporter.write(now)
    return bytes && { channel: this.#options.channels.control, bytes }
  }

  #take(payload: Uint8Array, now: number): void {
    const packet = parseRtp(payload)
    if (packet?.payloadType !== this.#options.sound.audio.payloadType) return
    this.#reporter.count(packet, now)
    const aheadMs = this.#aheadMs()
    for (const { timestamp, beforeLastMs, data } of this.#depacketiser.push(packet))
      this.#options.taker.heard({ timestamp, receivedAt: now - beforeLastMs, aheadMs, data })
  }

  #aheadMs(): number {
    const pictures = this.#options.pictureTransitMs()
    const own = this.#reporter.transitMs
    const ahead = pictures === null || own === null ? 0 : Math.round(pictures - own)
    return ahead > 0 && ahead <= mostAhead ? ahead : 0
  }
}
