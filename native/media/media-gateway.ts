/**
 * The workstation's side of the media gateway: starts the worker, tells it what may be watched, and starts it again when it dies.
 *
 * A new worker takes the same port and token, so pages only have to connect again; every grant that still stands is given anew.
 * Limits: while the worker is away (a second, doubling to half a minute) nothing plays; running groups of pictures are lost; and when another
 * program has taken the port meanwhile, the gateway keeps trying and stays silent until the port is free.
 */
import { randomBytes } from 'node:crypto'
import { Worker } from 'node:worker_threads'
import type { Logger } from 'pino'
import type { Clock } from '../clock.ts'
import type { MediaAccess } from '../contract/camera.ts'
import { createEmitter, type Signal } from '../signal.ts'
import { within } from './limits.ts'
import type { ResolvedSource } from './media-unit.ts'
import type { WatchState, WatchUse } from './media-server.ts'
import type { Recent } from './recent-clip.ts'
import { strictTerms, type WatchTerms } from './watch-terms.ts'
import type { FromWorker, ToWorker, WorkerSettings } from './worker-messages.ts'

const startMs = 10_000
const closeMs = 2_000
const firstRestartMs = 1_000
const lastRestartMs = 30_000
/** A worker that ran for so long did not die of starting. */
const settledMs = 60_000

export interface MediaGatewayOptions {
  /** The worker's file: media-worker.ts, or its bundle. */
  workerUrl: URL
  /** Origins of the pages that may connect, e.g. `http://127.0.0.1:40122`. */
  allowedOrigins: string[]
  /** Where to listen if that is free; 0 or absent: anywhere. */
  port?: number
  log: Logger
  clock: Clock
}

export interface GrantOptions {
  /** What the owner allows; absent: nothing is kept, and sessions are not limited. */
  terms?: WatchTerms
  /** Asks the camera for a key frame by another way (ONVIF SetSynchronizationPoint): called at most every two seconds, and never waited for. */
  requestKeyFrame?: () => void
}

export interface MediaGateway {
  access: MediaAccess
  /**
   * Lets pages play the source by this id, which must be free of `/`; again: replaces it. Resolves when a page may open it, or at once
   * while the worker is away, for the next one will know it.
   */
  grant(watchId: string, source: ResolvedSource, options?: GrantOptions): Promise<void>
  /** Ends whatever plays by this id. Idempotent. */
  revoke(watchId: string): void
  /**
   * What was received of a watch between two instants (ms since 1970), at most a minute ago, as MP4: from the key frame at or before `from`.
   * `nothing` while the worker is away.
   */
  recent(watchId: string, from: number, to: number): Promise<Recent>
  /** How many viewers a watch has, whenever that changes or HLS is read. */
  uses: Signal<WatchUse>
  /** How the stream of a watch that somebody looks at is: whenever that changes, and every `retellMs` again. */
  states: Signal<WatchState>
  close(): Promise<void>
}

/** Rejects when the worker cannot listen. */
export async function startMediaGateway(options: MediaGatewayOptions): Promise<MediaGateway> {
  const gateway = new Gateway(options)
  await gateway.start()
  return gateway
}

class Gateway implements MediaGateway {
  readonly #options: MediaGatewayOptions
  readonly #log: Logger
  readonly #token = randomBytes(32).toString('base64url')
  readonly #grants = new Map<string, { source: ResolvedSource; options: GrantOptions }>()
  /** Whom to tell that a watch can be opened. */
  readonly #granting = new Map<string, () => void>()
  readonly #reading = new Map<number, (recent: Recent) => void>()
  readonly #watched = new Set<string>()
  readonly #closed = new AbortController()
  readonly uses = createEmitter<WatchUse>()
  readonly states = createEmitter<WatchState>()
  #worker: Worker | null = null
  #port = 0
  #readings = 0

  constructor(options: MediaGatewayOptions) {
    this.#options = options
    this.#log = options.log.child({ part: 'media' })
    this.#port = options.port ?? 0
  }

  get access(): MediaAccess {
    return { origin: `http://127.0.0.1:${this.#port}`, token: this.#token }
  }

  async start(): Promise<void> {
    const exited = await this.#spawn().catch((error: unknown) => {
      if (this.#port === 0) throw error
      this.#port = 0
      return this.#spawn()
    })
    void this.#keepRunning(exited)
  }

  async grant(watchId: string, source: ResolvedSource, options: GrantOptions = {}): Promise<void> {
    this.#grants.set(watchId, { source, options })
    if (!this.#worker) return
    const granted = new Promise<void>((resolve) => this.#granting.set(watchId, resolve))
    this.#tellGrant(watchId, source, options)
    await granted
  }

  revoke(watchId: string): void {
    if (!this.#grants.delete(watchId)) return
    this.#watched.delete(watchId)
    this.#tell({ type: 'revoke', watchId })
  }

  async recent(watchId: string, from: number, to: number): Promise<Recent> {
    if (!this.#worker) return { outcome: 'nothing' }
    const number = (this.#readings += 1)
    const read = new Promise<Recent>((resolve) => this.#reading.set(number, resolve))
    this.#tell({ type: 'read-recent', number, watchId, from, to })
    return await read
  }

  async close(): Promise<void> {
    if (this.#closed.signal.aborted) return
    this.#closed.abort()
    this.#grants.clear()
    const worker = this.#worker
    if (!worker) return
    const exited = new Promise<void>((resolve) => worker.once('exit', () => resolve()))
    this.#tell({ type: 'close' })
    const { clock } = this.#options
    const late = () => new Error('the media worker does not end')
    await within(exited, { clock, limit: closeMs, signal: new AbortController().signal, late }).catch(() =>
      worker.terminate(),
    )
  }

  #tellGrant(watchId: string, source: ResolvedSource, { terms = strictTerms }: GrantOptions): void {
    this.#tell({ type: 'grant', watchId, source, terms })
  }

  #tell(message: ToWorker): void {
    this.#worker?.postMessage(message)
  }

  /** Resolves when the worker listens, with a promise of its end. */
  async #spawn(): Promise<{ exit: Promise<void> }> {
    const { workerUrl, allowedOrigins, clock } = this.#options
    const settings: WorkerSettings = { port: this.#port, token: this.#token, allowedOrigins, logLevel: this.#log.level }
    const worker = new Worker(workerUrl, { workerData: settings, name: 'media' })
    worker.on('error', (error) => this.#log.error({ err: error }, 'the media worker has died'))
    const exit = new Promise<void>((resolve) => worker.once('exit', () => resolve()))
    const listening = new Promise<number>((resolve, reject) => {
      worker.on('message', (message: FromWorker) => {
        if (message.type === 'listening') resolve(message.port)
        else if (message.type === 'refused') reject(new Error(`the media worker cannot listen: ${message.message}`))
        else this.#hear(message)
      })
      void exit.then(() => reject(new Error('the media worker ended before it listened')))
    })
    try {
      const late = () => new Error(`the media worker does not listen within ${startMs} ms`)
      this.#port = await within(listening, { clock, limit: startMs, signal: this.#closed.signal, late })
    } catch (error) {
      await worker.terminate()
      throw error
    }
    this.#worker = worker
    for (const [watchId, { source, options }] of this.#grants) this.#tellGrant(watchId, source, options)
    return { exit }
  }

  async #keepRunning({ exit }: { exit: Promise<void> }): Promise<void> {
    const { clock } = this.#options
    const { signal } = this.#closed
    let delay = firstRestartMs
    let running: { exit: Promise<void> } | null = { exit }
    while (!signal.aborted) {
      const startedAt = clock.now()
      await running?.exit
      this.#worker = null
      this.#forgetViewers()
      if (signal.aborted) return
      if (running && clock.now() - startedAt >= settledMs) delay = firstRestartMs
      this.#log.warn({ delay }, 'the media worker is started again')
      await clock.sleep(delay, signal).catch(() => {})
      if (signal.aborted) return
      delay = Math.min(delay * 2, lastRestartMs)
      running = await this.#spawn().catch((error: unknown) => {
        this.#log.error({ err: error }, 'the media worker cannot start')
        return null
      })
    }
  }

  /** Pages lost their connection with the worker, and it answers nobody any more. */
  #forgetViewers(): void {
    for (const granted of this.#granting.values()) granted()
    this.#granting.clear()
    for (const read of this.#reading.values()) read({ outcome: 'nothing' })
    this.#reading.clear()
    for (const watchId of this.#watched) this.uses.emit({ watchId, viewers: 0 })
    this.#watched.clear()
  }

  #hear(message: Exclude<FromWorker, { type: 'listening' | 'refused' }>): void {
    if (message.type === 'log') return relay(this.#log, message.record)
    if (message.type === 'state') return this.states.emit(message.state)
    if (message.type === 'key-wanted') return this.#grants.get(message.watchId)?.options.requestKeyFrame?.()
    if (message.type === 'recent') {
      this.#reading.get(message.number)?.(message.recent)
      return void this.#reading.delete(message.number)
    }
    if (message.type === 'granted') {
      this.#granting.get(message.watchId)?.()
      return void this.#granting.delete(message.watchId)
    }
    const { watchId, viewers } = message.use
    if (viewers > 0) this.#watched.add(watchId)
    else this.#watched.delete(watchId)
    this.uses.emit(message.use)
  }
}

/** Writes a record of the worker's log into ours, at its own level. */
function relay(log: Logger, record: string): void {
  const { level, msg, ...fields } = JSON.parse(record) as { level: number; time?: number; msg: string }
  delete fields.time
  const write = level >= 50 ? log.error : level >= 40 ? log.warn : level >= 30 ? log.info : log.debug
  write.call(log, fields, msg)
}
