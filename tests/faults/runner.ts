/** Runs schedules on pools of processes, several at the same time, until there are none left or one has failed. */
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Finding } from './checker/judge.ts'
import { createHostPool, HostProcess } from './hosts/host-process.ts'
import { type RunResult, tryScheduleIn } from './run-schedule.ts'
import { makeSchedule, type Schedule } from './schedule.ts'
import { makeTemplate } from './template.ts'

/** A defect that the checker must find: `hub-NAME` of district/hub/faulty-hub.ts, or `console-NAME` of planted/. */
export type Planted = `hub-${string}` | `console-${string}` | null

export interface Runner extends AsyncDisposable {
  run(schedule: Schedule): Promise<RunResult>
  /** Schedules of `seed`, `seed + 1`, …; `told` after each. Ends early when one has failed, and answers that one. */
  runMany(seed: number, schedules: number, lanes: number, told: (result: RunResult) => void): Promise<Failure | null>
}

export interface Failure {
  schedule: Schedule
  findings: Finding[]
}

export async function openRunner(planted: Planted): Promise<Runner> {
  const folder = mkdtempSync(join(tmpdir(), 'faults-'))
  const pools = openPools(planted, join(folder, 'compiled'))
  const close = async () => {
    await Promise.all([pools.hubs.close(), pools.consoles.close()])
    rmSync(folder, { recursive: true, force: true })
  }
  const templateFolder = join(folder, 'template')
  mkdirSync(templateFolder)
  const template = await makeTemplate(templateFolder, pools.hubs, pools.consoles).catch(async (error: unknown) => {
    await close()
    throw error
  })
  let runs = 0

  async function run(schedule: Schedule): Promise<RunResult> {
    const place = join(folder, `run-${(runs += 1)}`)
    const result = await tryScheduleIn(schedule, template, pools, place)
    rmSync(place, { recursive: true, force: true })
    return result
  }

  return {
    run,
    async runMany(seed, schedules, lanes, told) {
      let next = 0
      let failure: Failure | null = null
      const lane = async () => {
        while (next < schedules && !failure) {
          const schedule = makeSchedule(seed + next)
          next += 1
          const result = await run(schedule)
          told(result)
          if (result.findings.length > 0) failure ??= { schedule, findings: result.findings }
        }
      }
      await Promise.all(Array.from({ length: lanes }, lane))
      return failure
    },
    [Symbol.asyncDispose]: close,
  }
}

function openPools(planted: Planted, cache: string) {
  const here = (file: string) => new URL(file, import.meta.url)
  const hub = {
    program: here('hosts/hub-host.ts'),
    preload: null,
    misbehaviour: planted?.startsWith('hub-') ? planted.slice('hub-'.length) : null,
  }
  const console = {
    program: here('hosts/console-host.ts'),
    preload: planted?.startsWith('console-') ? here(`planted/${planted}.ts`) : null,
    misbehaviour: null,
  }
  return {
    hubs: createHostPool(() => new HostProcess(hub, cache), 1),
    consoles: createHostPool(() => new HostProcess(console, cache), 2),
  }
}
