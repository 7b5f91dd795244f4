/** Runs several processes of the hub behind one address, and starts again what ends. */
import { type ChildProcess, fork } from 'node:child_process'
import { once } from 'node:events'
import { setTimeout as sleep } from 'node:timers/promises'
import type { Logger } from 'pino'
import { prepareCertificates } from '../certificates.ts'
import type { SharedServices } from './hub.ts'

/** The first message to a process. */
export interface ProcessOrder extends SharedServices {
  /** Certificates, the evidence of all processes, and their log. */
  folder: string
  port: number
  /** Of the district whose people get instructions. */
  seed: number
}

export interface HubProcessesOptions extends ProcessOrder {
  count: number
  log: Logger
}

export interface HubProcesses {
  url: string
  port: number
  /** Of those that serve now. */
  pids(): number[]
  close(): Promise<void>
}

const entry = new URL('hub-process.ts', import.meta.url).pathname
const startMs = 20_000
const firstPauseMs = 200
const longestPauseMs = 30_000

/** Resolves when all of them serve; rejects when one cannot. */
export async function startHubProcesses({ count, log, ...order }: HubProcessesOptions): Promise<HubProcesses> {
  // Before the processes would each make their own.
  await prepareCertificates(order.folder, Date.now)
  const closing = new AbortController()
  const serving = new Set<ChildProcess>()
  const watches: Promise<void>[] = []

  async function start(port: number): Promise<{ child: ChildProcess; port: number }> {
    const child = fork(entry, { stdio: ['ignore', 'inherit', 'inherit', 'ipc'], execArgv: [] })
    serving.add(child)
    child.once('exit', () => serving.delete(child))
    child.send({ ...order, port } satisfies ProcessOrder)
    const signal = AbortSignal.any([closing.signal, AbortSignal.timeout(startMs)])
    const ended = once(child, 'exit', { signal }).then(([code]) => {
      throw new Error(`a hub process ended with ${code} while it was starting`)
    })
    ended.catch(() => undefined)
    try {
      const [said] = (await Promise.race([once(child, 'message', { signal }), ended])) as [{ port: number }]
      return { child, port: said.port }
    } catch (error) {
      child.kill('SIGKILL')
      throw error
    }
  }

  /** What ends is started again, later each time while it does not even start. */
  async function keep(first: ChildProcess, port: number): Promise<void> {
    let child: ChildProcess | null = first
    let pauseMs = firstPauseMs
    while (!closing.signal.aborted) {
      if (child && child.exitCode === null && child.signalCode === null) await once(child, 'exit')
      if (closing.signal.aborted) return
      log.warn({ pid: child?.pid, signal: child?.signalCode }, 'a hub process ended and is started again')
      await sleep(pauseMs, undefined, { signal: closing.signal }).catch(() => undefined)
      child = await start(port).then(
        (started) => started.child,
        () => null,
      )
      pauseMs = child ? firstPauseMs : Math.min(longestPauseMs, pauseMs * 2)
    }
  }

  async function close(): Promise<void> {
    closing.abort()
    const ending = [...serving].map(async (child) => {
      const hasEnded = once(child, 'exit')
      child.kill('SIGTERM')
      // One that is stopped or stuck must not hold up the others.
      const hurry = setTimeout(() => child.kill('SIGKILL'), 5_000)
      await hasEnded
      clearTimeout(hurry)
    })
    await Promise.all([...ending, ...watches])
  }

  try {
    const first = await start(order.port)
    const others = await Promise.all(Array.from({ length: count - 1 }, () => start(first.port)))
    for (const { child, port } of [first, ...others]) watches.push(keep(child, port))
    const { port } = first
    return { url: `https://127.0.0.1:${port}`, port, pids: () => [...serving].flatMap(({ pid }) => pid ?? []), close }
  } catch (error) {
    await close()
    throw error
  }
}
