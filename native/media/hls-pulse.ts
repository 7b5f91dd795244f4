/** Tells from what a page reads of an HLS stream whether its pictures come: lists alone are none. */
import type { Clock } from '../clock.ts'
import type { StreamTrouble } from '../contract/media-wire.ts'
import type { StreamState } from './shared-stream.ts'

/** Lists are read and no whole segment comes for so long, in ms: the stream stands. Longer than two segments of any sane packager. */
const noSegmentMs = 20_000

export class HlsPulse {
  readonly #clock: Clock
  readonly #tell: (state: StreamState) => void
  #listReadAt = -Infinity
  /** When the last whole segment came, or when lists began to be read. */
  #goodAt = -Infinity

  constructor(clock: Clock, tell: (state: StreamState) => void) {
    this.#clock = clock
    this.#tell = tell
  }

  /** A list was passed on. A page that was hidden begins anew: what it did not ask for is not missing. */
  listPassed(): void {
    const now = this.#clock.now()
    if (now - this.#listReadAt >= noSegmentMs) this.#goodAt = now
    this.#listReadAt = now
    if (now - this.#goodAt >= noSegmentMs) this.#tell({ state: 'stalled', trouble: 'no-media', at: now })
  }

  segmentPassed(): void {
    const at = this.#clock.now()
    this.#goodAt = at
    this.#tell({ state: 'playing', trouble: null, at })
  }

  /** Not for a segment that is gone: gaps are part of HLS. */
  failed(trouble: StreamTrouble): void {
    this.#tell({ state: 'failed', trouble, at: this.#clock.now() })
  }
}
