/** Hosts the native program in a process of its own: starts it, starts it again when it dies, and asks when that does not help. */
import type { MessagePortMain } from 'electron'
import { setTimeout as sleep } from 'node:timers/promises'
import type { Logger } from 'pino'
import type { NativeMessage, ShellMessage } from '../native/contract/shell-messages.ts'
import type { MediaKnown, NativeProgram } from './native-program.ts'
import { afterExit, nativePolicy, type RestartPolicy } from './restart-policy.ts'

/** What of a utility process is used here. */
export interface HostedProcess {
  postMessage(message: ShellMessage, transfer?: MessagePortMain[]): void
  on(event: 'message', listener: (message: NativeMessage) => void): unknown
  once(event: 'exit', listener: (code: number) => void): unknown
  kill(): boolean
  /** What it says when it ends before its own log is open. */
  readonly stderr?: NodeJS.ReadableStream | null
}
export type NativeTrouble = { kind: 'crashing'; exits: number } | { kind: 'failed'; chinese: string; english: string }

export interface Hosting {
  fork: () => HostedProcess
  configurationFile: string
  allowedOrigins: string[]
  databaseKey: string | null
  log: Logger
  /** Asks a person; resolves with whether to try again. */
  ask: (trouble: NativeTrouble) => Promise<boolean>
  onMediaKnown: MediaKnown
  now?: () => number
  wait?: (ms: number, signal: AbortSignal) => Promise<unknown>
  policy?: RestartPolicy
}

const closeLimitMs = 5_000

/** One run of the process. */
interface Running {
  process: HostedProcess
  /** Resolves with where media is served; rejects when the process ends before it was ready. */
  ready: Promise<string>
  /** Resolves with why it ended, null when it did not say. */
  ended: Promise<NativeTrouble | null>
}

function start({ fork, log, ...hosting }: Hosting): Running {
  const { configurationFile, allowedOrigins, databaseKey } = hosting
  const process = fork()
  const ready = Promise.withResolvers<string>()
  const ended = Promise.withResolvers<NativeTrouble | null>()
  // Nobody may be waiting for it.
  ready.promise.catch(() => undefined)
  let said: NativeTrouble | null = null
  process.on('message', (message) => {
    if (message.type === 'ready') ready.resolve(message.mediaOrigin)
    else said = { kind: 'failed', chinese: message.chinese, english: message.english }
  })
  process.stderr?.on('data', (text: Buffer) =>
    log.warn({ text: text.toString('utf8').slice(0, 4_000) }, 'native program'),
  )
  process.once('exit', (code) => {
    log.warn({ code, said }, 'native program ended')
    ready.reject(new Error(`The native program ended (${code}).`))
    ended.resolve(said)
  })
  process.postMessage({ type: 'open', configurationFile, allowedOrigins, databaseKey })
  return { process, ready: ready.promise, ended: ended.promise }
}

export function hostNative(hosting: Hosting): NativeProgram {
  const { log, now = Date.now, policy = nativePolicy } = hosting
  const wait = hosting.wait ?? ((ms, signal) => sleep(ms, undefined, { signal }))
  const closing = new AbortController()
  let running: Running | null = null
  let arrival = Promise.withResolvers<Running>()

  function begin(): Running {
    const run = start(hosting)
    running = run
    void run.ready.then(
      (origin) => {
        arrival.resolve(run)
        hosting.onMediaKnown(origin)
      },
      () => undefined,
    )
    return run
  }

  async function keep(): Promise<void> {
    let exits: readonly number[] = []
    while (!closing.signal.aborted) {
      const trouble = await begin().ended
      running = null
      arrival = Promise.withResolvers()
      if (closing.signal.aborted) return
      const record = afterExit(policy, exits, now())
      exits = record.exits
      if (trouble === null && record.next.kind === 'restart') await wait(record.next.delayMs, closing.signal)
      else if (await hosting.ask(trouble ?? { kind: 'crashing', exits: exits.length })) exits = []
      else return
    }
  }
  const kept = keep().catch((error: unknown) => {
    if (!closing.signal.aborted) log.error({ error }, 'native program given up')
  })

  /** The process that is ready, if there is one within the signal's time. */
  async function whenReady(signal: AbortSignal): Promise<Running | null> {
    if (signal.aborted) return null
    const late = Promise.withResolvers<null>()
    const giveUp = () => late.resolve(null)
    signal.addEventListener('abort', giveUp, { once: true })
    const run = await Promise.race([arrival.promise, late.promise])
    signal.removeEventListener('abort', giveUp)
    return run
  }

  return {
    async mediaOrigin(signal) {
      return await ((await whenReady(signal))?.ready ?? null)
    },
    async connect(port, signal) {
      const run = await whenReady(signal)
      if (!run || run !== running) {
        port.close()
        return 'unreachable'
      }
      run.process.postMessage({ type: 'page' }, [port])
      return 'connected'
    },
    tell: (power) => running?.process.postMessage({ type: power }),
    async close() {
      closing.abort()
      running?.process.postMessage({ type: 'close' })
      const limit = AbortSignal.timeout(closeLimitMs)
      await Promise.race([kept, new Promise((resolve) => limit.addEventListener('abort', resolve, { once: true }))])
      running?.process.kill()
    },
  }
}
