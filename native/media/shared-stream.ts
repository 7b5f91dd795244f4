/** One upstream session for all who look at the same source: reconnects by itself and keeps the last group of pictures for the next viewer. */
import type { Logger } from 'pino'
import type { Clock } from '../clock.ts'
import type { StreamTrouble } from '../contract/media-wire.ts'
import { type MediaUnit, StreamFailure } from './media-unit.ts'
import type { Release } from './session-budget.ts'

export interface StreamState {
  state: 'connecting' | 'playing' | 'stalled' | 'failed'
  trouble: StreamTrouble | null
  /** Milliseconds since 1970. */
  at: number
}

export interface StreamViewer {
  state(state: StreamState): void
  unit(unit: MediaUnit): void
}

export interface PlayOptions {
  signal: AbortSignal
  onUnit: (unit: MediaUnit) => void
  /** Times of units begin anew. */
  onRestart: () => void
  /** A key frame would help. */
  onKeyWanted: () => void
}
/** Gives units until it fails with a `StreamFailure` or the signal aborts. */
export type Play = (options: PlayOptions) => Promise<never>

/** Times in milliseconds. */
export interface SharedStreamLimits {
  firstRetry: number
  lastRetry: number
  /** After a refused password, so that the camera does not lock the account. */
  unauthorizedRetry: number
  /** A session that played for so long counts as a success: the next retry is early again. */
  settled: number
  /** Without a unit for so long the stream is stalled. */
  stall: number
  /** How long the session outlives its last viewer: a change of layout must not open it anew. */
  linger: number
  cachedBytes: number
  cachedUnits: number
  /** A camera's time that runs ahead of ours or behind from one picture to the next by so much was set anew. */
  jump: number
  /** Between two requests for a key frame: each costs the camera a large picture. */
  keyRequest: number
}
export const defaultSharedStreamLimits: SharedStreamLimits = {
  firstRetry: 500,
  lastRetry: 10_000,
  unauthorizedRetry: 30_000,
  settled: 10_000,
  stall: 2_000,
  linger: 3_000,
  cachedBytes: 16_000_000,
  cachedUnits: 1_000,
  jump: 6_000,
  keyRequest: 2_000,
}

/** A session at once or null, and one as soon as it can be; each is given back by calling it. */
export interface Turn {
  take(): Release | null
  wait(signal: AbortSignal): Promise<Release>
}

const everybodysTurn: Turn = { take: () => () => {}, wait: () => Promise.resolve(() => {}) }

export interface SharedStreamOptions {
  play: Play
  clock: Clock
  /** 0 <= x < 1. */
  random: () => number
  log: Logger
  limits?: SharedStreamLimits
  /** Whose turn it is to have a session; absent: everybody's. */
  turn?: Turn
  /** Is given every unit too, whoever looks. */
  keep?: (unit: MediaUnit) => void
  /** Asks the camera for a key frame by another way (ONVIF SetSynchronizationPoint); absent where there is none. */
  requestKeyFrame?: () => void
  /** Is told of every change, as viewers are. */
  onState?: (state: StreamState) => void
  /** The last viewer has gone and the session is closed: the stream is of no more use. */
  onIdle: () => void
}

/** Doubles with every failure up to the cap; the upper half is left to chance so that many cameras do not come back at once. */
export function retryDelay(
  failures: number,
  trouble: StreamTrouble,
  limits: SharedStreamLimits,
  random: number,
): number {
  const doubled = limits.firstRetry * 2 ** Math.min(failures - 1, 20)
  const least = trouble === 'unauthorized' ? limits.unauthorizedRetry : 0
  const delay = Math.max(least, Math.min(doubled, limits.lastRetry))
  return delay * (0.5 + random / 2)
}

export class SharedStream {
  readonly #options: SharedStreamOptions
  readonly #limits: SharedStreamLimits
  readonly #viewers = new Set<StreamViewer>()
  readonly #stopped = new AbortController()
  #leaving: AbortController | null = null
  #state: StreamState
  #pictures: MediaUnit[] = []
  #pictureBytes = 0
  /** Last unit as it was given out. */
  #last: MediaUnit | null = null
  /** Microseconds added to a session's own time, so that time goes on over a reconnection. */
  #shift: number | null = null
  #keyRequestedAt = -Infinity

  constructor(options: SharedStreamOptions) {
    this.#options = options
    this.#limits = options.limits ?? defaultSharedStreamLimits
    this.#state = { state: 'connecting', trouble: null, at: options.clock.now() }
    void this.#run()
    void this.#watchStall()
  }

  get state(): StreamState {
    return this.#state
  }

  /** Tells the state at once, then the cached pictures, then what comes. Returns how to leave. */
  attach(viewer: StreamViewer): () => void {
    this.#leaving?.abort()
    this.#leaving = null
    this.#viewers.add(viewer)
    viewer.state(this.#state)
    this.replay(viewer)
    return () => {
      if (this.#viewers.delete(viewer) && this.#viewers.size === 0) void this.#leave()
    }
  }

  /** Gives the cached pictures again, from their key frame; without any, the camera is asked for one. */
  replay(viewer: StreamViewer): void {
    if (this.#pictures.length === 0 && this.#last) this.#requestKeyFrame()
    for (const unit of this.#pictures) viewer.unit(unit)
  }

  /** Ends the session at once. */
  close(): void {
    this.#stopped.abort()
    this.#pictures = []
  }

  async #leave(): Promise<void> {
    this.#leaving = new AbortController()
    const stayed = AbortSignal.any([this.#leaving.signal, this.#stopped.signal])
    await this.#options.clock.sleep(this.#limits.linger, stayed).then(
      () => {
        if (this.#viewers.size > 0) return
        this.close()
        this.#options.onIdle()
      },
      () => {},
    )
  }

  async #run(): Promise<void> {
    const { signal } = this.#stopped
    const { clock, play, random, turn = everybodysTurn } = this.#options
    for (let failures = 1; !signal.aborted; failures += 1) {
      const release = turn.take() ?? (await this.#waitTurn(turn))
      if (!release) return
      const startedAt = clock.now()
      try {
        await play({
          signal,
          onUnit: (unit) => this.#take(unit),
          onRestart: () => (this.#shift = null),
          onKeyWanted: () => this.#requestKeyFrame(),
        })
      } catch (error) {
        // Whoever waits for a session need not wait until this camera is back.
        release()
        if (signal.aborted) return
        const trouble = error instanceof StreamFailure ? error.trouble : 'refused'
        failures = this.#counted(failures, startedAt)
        const delay = retryDelay(failures, trouble, this.#limits, random())
        this.#report(trouble, failures, delay, error)
        this.#forget()
        this.#change('failed', trouble)
        await clock.sleep(delay, signal).catch(() => {})
        if (!signal.aborted) this.#change('connecting', trouble)
      }
    }
  }

  /** One that played at all is there: it is tried soon again, also when it never plays for long. */
  #counted(failures: number, startedAt: number): number {
    const playedMs = (this.#last?.receivedAt ?? -Infinity) - startedAt
    if (playedMs >= this.#limits.settled) return 1
    return playedMs >= 0 ? Math.min(failures, 2) : failures
  }

  /** Null when it was stopped before its turn. */
  async #waitTurn(turn: Turn): Promise<Release | null> {
    this.#change('failed', 'budget')
    const release = await turn.wait(this.#stopped.signal).catch(() => null)
    if (release) this.#change('connecting', null)
    return release
  }

  #requestKeyFrame(): void {
    const now = this.#options.clock.now()
    if (now - this.#keyRequestedAt < this.#limits.keyRequest) return
    this.#keyRequestedAt = now
    this.#options.requestKeyFrame?.()
  }

  /** A camera that stays away is told loudly once. */
  #report(trouble: StreamTrouble, failures: number, delay: number, error: unknown): void {
    const problem = error instanceof StreamFailure ? { problem: error.message } : { err: error }
    const record = { trouble, failures, retryMs: Math.round(delay), ...problem }
    if (failures === 1) this.#options.log.warn(record, 'a stream has failed')
    else this.#options.log.info(record, 'a stream fails again')
  }

  #take(unit: MediaUnit): void {
    if (this.#stopped.signal.aborted) return
    if (this.#hasJumped(unit)) this.#shift = null
    this.#shift ??= this.#last
      ? this.#last.timestamp + Math.max(1, unit.receivedAt - this.#last.receivedAt) * 1000 - unit.timestamp
      : 0
    const shifted = this.#shift === 0 ? unit : { ...unit, timestamp: unit.timestamp + this.#shift }
    this.#last = shifted
    if (this.#state.state !== 'playing') this.#change('playing', null)
    this.#cache(shifted)
    this.#options.keep?.(shifted)
    for (const viewer of this.#viewers) viewer.unit(shifted)
  }

  /** An encoder that began anew counts from anywhere. */
  #hasJumped(unit: MediaUnit): boolean {
    if (this.#shift === null || !this.#last) return false
    const passed = (unit.timestamp + this.#shift - this.#last.timestamp) / 1000
    return Math.abs(passed - (unit.receivedAt - this.#last.receivedAt)) > this.#limits.jump
  }

  #cache(unit: MediaUnit): void {
    if (unit.key) this.#forgetPictures()
    else if (this.#pictures.length === 0) return
    this.#pictures.push(unit)
    this.#pictureBytes += unit.data.byteLength
    const isTooMuch = this.#pictureBytes > this.#limits.cachedBytes || this.#pictures.length > this.#limits.cachedUnits
    if (isTooMuch) this.#forgetPictures()
  }

  /** A failed stream has no picture to show: an old one would lie. */
  #forget(): void {
    this.#forgetPictures()
    this.#shift = null
  }

  #forgetPictures(): void {
    this.#pictures = []
    this.#pictureBytes = 0
  }

  async #watchStall(): Promise<void> {
    const { clock } = this.#options
    try {
      for (;;) {
        const since = this.#state.state === 'playing' && this.#last ? clock.now() - this.#last.receivedAt : 0
        if (since >= this.#limits.stall) this.#change('stalled', 'no-media')
        await clock.sleep(this.#limits.stall - (since % this.#limits.stall), this.#stopped.signal)
      }
    } catch {
      // Stopped.
    }
  }

  #change(state: StreamState['state'], trouble: StreamTrouble | null): void {
    this.#state = { state, trouble, at: this.#options.clock.now() }
    for (const viewer of this.#viewers) viewer.state(this.#state)
    this.#options.onState?.(this.#state)
  }
}
