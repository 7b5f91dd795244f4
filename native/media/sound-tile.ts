/** One page that listens to a stream: the sound alone; pictures have a stream of their own on the same wire. */
import { encodeAccessUnit, type MediaNotice, type SoundOffer } from '../contract/media-wire.ts'
import type { SharedSound } from './shared-sound.ts'
import type { SharedStream, StreamState, StreamViewer } from './shared-stream.ts'
import type { SoundTaker, SoundUnit } from './sound.ts'

export interface SoundWire {
  notice(notice: MediaNotice): void
  send(bytes: Uint8Array): void
  buffered(): number
  bufferedLimit: number
}

export class SoundTile implements StreamViewer, SoundTaker {
  readonly watchId: string
  readonly #stream: number
  readonly #wire: SoundWire
  readonly #detach: (() => void)[]

  /** Holds the session like any viewer, so that sound and pictures end together. */
  constructor(stream: number, watchId: string, from: { stream: SharedStream; sound: SharedSound }, wire: SoundWire) {
    this.#stream = stream
    this.watchId = watchId
    this.#wire = wire
    this.#detach = [from.stream.attach(this), from.sound.attach(this)]
  }

  leave(): void {
    for (const detach of this.#detach) detach()
  }

  /** What was heard is over. */
  refresh(): void {}

  state(state: StreamState): void {
    this.#wire.notice({ type: 'state', stream: this.#stream, ...state })
  }

  /** Pictures go to those who look. */
  unit(): void {}

  /** A page that cannot keep up misses a little of it. */
  heard(unit: SoundUnit): void {
    if (this.#wire.buffered() > this.#wire.bufferedLimit) return
    const { timestamp, receivedAt, aheadMs, data } = unit
    this.#wire.send(
      encodeAccessUnit({ stream: this.#stream, key: true, timestamp, receivedAt, data, sound: { aheadMs } }),
    )
  }

  offered(offer: SoundOffer): void {
    this.#wire.notice({ type: 'sound', stream: this.#stream, offer })
  }
}
