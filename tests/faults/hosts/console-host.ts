/** A native workstation in a process of its own, driven by its contract; the runner may kill the process at any moment. */
import { call, type AnyRouter } from '@orpc/server'
import { type Clock, systemClock } from '../../../native/clock.ts'
import { openLog } from '../../../native/log.ts'
import { openWorkstation, type Workstation } from '../../../native/workstation.ts'
import { answerRunner } from './answering.ts'

export interface ConsoleOpening {
  dataFolder: string
  hub: { url: string; ca: string; workstation: string; token: string }
}

/** Hurries everything that waits, so that a schedule takes a second: the order of events is what is tested, not their distance. */
const pace = { heartbeatMs: 300, answerMs: 1_200, reconnectMs: 25, firstRetryMs: 15, askMs: 400 }

// A limit of the file size (the full disk of these schedules) kills whoever does not listen for its signal.
process.on('SIGXFSZ', () => undefined)

let workstation: Workstation | null = null
let offsetMs = 0
const clock: Clock = { now: () => Date.now() + offsetMs, sleep: systemClock.sleep }

function open(): Workstation {
  if (!workstation) throw new Error('no workstation is open')
  return workstation
}

/** A command of the contract by its path, e.g. `cases.step`. */
function procedure(path: string): Parameters<typeof call>[0] {
  let found: unknown = open().router
  for (const name of path.split('.')) found = (found as Record<string, AnyRouter>)[name]
  return found as Parameters<typeof call>[0]
}

answerRunner({
  async open({ dataFolder, hub }: ConsoleOpening) {
    offsetMs = 0
    workstation = await openWorkstation({
      configuration: { hub, dataFolder, map: null },
      allowedOrigins: [],
      log: openLog(dataFolder),
      clock,
      pace,
      mediaWorkerUrl: new URL('./no-media-worker.ts', import.meta.url),
    })
  },
  async close() {
    await workstation?.close()
    workstation = null
  },
  call: ({ path, input }: { path: string; input?: unknown }) => call(procedure(path), input),
  /** What a topic shows now. */
  async read({ path, input }: { path: string; input?: unknown }) {
    const ending = new AbortController()
    const topic = (await call(procedure(path), input, { signal: ending.signal })) as AsyncGenerator<{
      snapshot: unknown
    }>
    try {
      return (await topic.next()).value.snapshot
    } finally {
      ending.abort()
      await topic.return(undefined)
    }
  },
  clock(input: { offsetMs: number }) {
    offsetMs = input.offsetMs
  },
  suspend: () => open().suspend(),
  resume: () => open().resume(),
})
