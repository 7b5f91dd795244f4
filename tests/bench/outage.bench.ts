/**
 * What an outage costs, how soon workstations see each other, and whether a shift leaves memory behind.
 *
 * Catch-up: a real workstation takes 300 steps on 150 cases while it is apart from the hub, and 6,000 changes to other
 * cases (72 hours of a busy sub-center; feed-puts.ts) are taken above. Time runs from the moment the line is back until
 * everything from above is applied durably and the hub has confirmed every step. Hub, workstation and line are processes
 * of their own. Peer: as many bytes as had passed both ways, over a bare TCP socket on the same line, nothing done with
 * them. The line is a township's: 20 Mbit/s, 15 ms one way (outage-line.ts); `ratio` is judged on it. The same over
 * loopback, where a bare socket costs next to nothing, is printed beside it (`loopback_*`).
 *
 * Seat lag: 20 workstations (databases, links and feeds of their own in one process) at one hub; four steps a second in
 * turn; from the call of the step to the moment each of the 19 others would tell its page. 95th percentile.
 *
 * Half-open: the line swallows everything and says nothing; until the workstation says that the link is lost. The worst of the rounds.
 *
 * Memory: a real workstation through eight simulated hours of traffic (in each: 200 changes above, 40 steps here, the
 * queue on the screen, the line lost once); resident memory after collection, after the eighth hour against after the first.
 */
import { type ChildProcess, fork } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Operator } from '../../native/contract/case.ts'
import { startFaultProxy } from '../faults/fault-proxy.ts'
import { finish, isQuick, median, report } from './bench.ts'
import type { Ask } from './outage-console.ts'
import { bareTransfer, type LineKind, loopback, openLine, township } from './outage-line.ts'
import { seatLags } from './outage-seats.ts'

const rounds = isQuick ? 1 : 3
const folder = mkdtempSync(join(tmpdir(), 'bench-outage-'))
const children: ChildProcess[] = []

async function start<T>(
  script: string,
  scriptArguments: string[],
  nodeArguments: string[] = [],
): Promise<[ChildProcess, T]> {
  const child = fork(new URL(script, import.meta.url), scriptArguments, { execArgv: nodeArguments })
  children.push(child)
  const [said] = (await once(child, 'message')) as [T]
  return [child, said]
}

interface HubSaid {
  configFile: string
  port: number
  account: string
  password: string
  operator: Operator
}
const openHub = (name: string) => start<HubSaid>('./outage-hub.ts', [join(folder, name)])

async function askHub(hub: ChildProcess, what: { cases?: number; changes?: number }): Promise<string[]> {
  hub.send(what)
  const [{ ids }] = (await once(hub, 'message')) as [{ ids: string[] }]
  return ids
}
async function ask(workstation: ChildProcess, asked: Ask): Promise<number> {
  workstation.send(asked)
  const [{ value }] = (await once(workstation, 'message')) as [{ value: number }]
  return value
}
const openWorkstation = (configFile: string, port: number) =>
  start('./outage-console.ts', [configFile, `https://127.0.0.1:${port}`], ['--expose-gc'])

interface Outage {
  caughtUp: number
  bare: number
}

/** One outage of 72 hours on a fresh hub and a fresh workstation. */
async function outage(name: string, kind: LineKind): Promise<Outage> {
  const [hub, { configFile, port, account, password }] = await openHub(name)
  const line = await openLine(port, kind)
  const [workstation] = await openWorkstation(configFile, line.port)
  await ask(workstation, { ask: 'sign-in', account, password })
  const caseIds = await askHub(hub, { cases: 150 })
  await ask(workstation, { ask: 'work-offline', caseIds })
  await askHub(hub, { changes: 6_000 })
  line.count()
  const caughtUp = await ask(workstation, { ask: 'catch-up' })
  const bytes = line.count()
  workstation.kill()
  hub.kill()
  line.close()
  const bare = await bareTransfer(kind, bytes)
  const mb = ({ up, down }: typeof bytes) => `${(up / 1e6).toFixed(2)} MB up, ${(down / 1e6).toFixed(2)} MB down`
  report(`${name}: in step after ${Math.round(caughtUp)} ms; a bare socket ${Math.round(bare)} ms for ${mb(bytes)}`)
  return { caughtUp, bare }
}

async function lags(): Promise<number[]> {
  const [hub, { configFile, operator }] = await openHub('seats')
  const caseIds = await askHub(hub, { cases: isQuick ? 24 : 100 })
  const all = await seatLags(configFile, join(folder, 'seats'), { seats: 20, caseIds, operator, everyMs: 250 })
  hub.kill()
  return all.toSorted((a, b) => a - b)
}

async function halfOpen(): Promise<number> {
  const [hub, { configFile, port, account, password }] = await openHub('half-open')
  const proxy = await startFaultProxy()
  proxy.setUpstream(port)
  const [workstation] = await openWorkstation(configFile, proxy.port)
  await ask(workstation, { ask: 'sign-in', account, password })
  const noticed: number[] = []
  for (let round = 0; round < rounds; round += 1) {
    const notice = ask(workstation, { ask: 'notice' })
    proxy.apply('pause')
    noticed.push(await notice)
    proxy.mend()
    await ask(workstation, { ask: 'catch-up' })
  }
  workstation.kill()
  hub.kill()
  await proxy.close()
  return Math.max(...noticed)
}

async function memoryGrowth(): Promise<{ first: number; last: number }> {
  const [hub, { configFile, port, account, password }] = await openHub('memory')
  const [workstation] = await openWorkstation(configFile, port)
  await ask(workstation, { ask: 'sign-in', account, password })
  const after: number[] = []
  for (let hour = 1; hour <= 8; hour += 1) {
    const caseIds = await askHub(hub, { cases: 20, changes: 200 })
    await ask(workstation, { ask: 'work-offline', caseIds })
    await ask(workstation, { ask: 'catch-up' })
    after.push(await ask(workstation, { ask: 'memory' }))
  }
  report(`resident after each hour: ${after.map((bytes) => Math.round(bytes / 1e6)).join(', ')} MB`)
  workstation.kill()
  hub.kill()
  return { first: after[0] ?? 0, last: after.at(-1) ?? 0 }
}

try {
  const onLine: Outage[] = []
  const onLoopback: Outage[] = []
  for (let round = 1; round <= rounds; round += 1) {
    onLine.push(await outage(`township-${round}`, township))
    onLoopback.push(await outage(`loopback-${round}`, loopback))
  }
  const lag = await lags()
  const noticed = await halfOpen()
  const memory = await memoryGrowth()
  const of = (runs: Outage[], what: keyof Outage) => Math.round(median(runs.map((run) => run[what])))
  const ratio = (runs: Outage[]) => Number(median(runs.map(({ caughtUp, bare }) => caughtUp / bare)).toFixed(2))
  finish('outage', {
    catch_up_ms: of(onLine, 'caughtUp'),
    bare_ms: of(onLine, 'bare'),
    ratio: ratio(onLine),
    loopback_catch_up_ms: of(onLoopback, 'caughtUp'),
    loopback_bare_ms: of(onLoopback, 'bare'),
    loopback_ratio: ratio(onLoopback),
    seat_lag_p50_ms: Math.round(median(lag)),
    seat_lag_p95_ms: Math.round(lag[Math.floor(lag.length * 0.95)] ?? 0),
    half_open_ms: Math.round(noticed),
    memory_first_mb: Math.round(memory.first / 1e6),
    memory_last_mb: Math.round(memory.last / 1e6),
    memory_growth: Number((memory.last / memory.first).toFixed(2)),
  })
} finally {
  for (const child of children) child.kill()
  rmSync(folder, { recursive: true, force: true })
}
