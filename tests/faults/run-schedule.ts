/** Runs one schedule: event after event, then everything is mended, and the checker judges what has become of it. */
import { mkdirSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { notInStep, openConsole, readConsole } from './checker/console-state.ts'
import { readHub, readHubPosition } from './checker/hub-state.ts'
import { type Finding, judge } from './checker/judge.ts'
import { HostRefusal } from './hosts/host-process.ts'
import { createOperators, type Operators } from './operators.ts'
import { createPerformance } from './performance.ts'
import type { RunRecord } from './record.ts'
import { describeEvent, type Schedule } from './schedule.ts'
import { type Pools, type Stage, stageConsole, stageHub, type StagedConsole } from './stage.ts'
import { startMs, subCenter, type Template } from './template.ts'
import { until } from './until.ts'

export interface RunResult {
  findings: Finding[]
  /** Steps and reports that operators took, whatever became of them. */
  operations: number
  /** Of them: acknowledged, and in the hub at the end. */
  done: number
}

/** How long everything may take to come into step once nothing is broken any more. */
const inStepMs = 30_000

export async function runSchedule(
  schedule: Schedule,
  template: Template,
  pools: Pools,
  folder: string,
): Promise<RunResult> {
  mkdirSync(folder, { recursive: true })
  const caseIds = [...template.caseIds.slice(0, 8)]
  const operators = createOperators(caseIds)
  const record: RunRecord = { operations: operators.record, field: [] }
  const stage = await setUp(schedule, template, pools, folder)
  const performance = createPerformance({ stage, operators, record, caseIds })
  try {
    await Promise.all([stage.hub.start(), ...stage.consoles.map((console) => console.start())])
    for (const [index, { isFresh }] of schedule.consoles.entries())
      if (isFresh) await enter(stage.consoles[index], operators)
    for (const event of schedule.events) await performance.perform(event)
    await performance.mendAll()
    const late = await comeIntoStep(stage)
    await closeAll(stage)
    const hub = readHub(join(stage.hub.folder, 'hub.sqlite'), subCenter)
    const findings = judge(
      record,
      hub,
      stage.consoles.map((console) => readConsole(console.folder)),
    )
    const done = record.operations.filter(({ marker }) => hub.steps.some((step) => step.marker === marker)).length
    return { findings: [...late, ...findings], operations: record.operations.length, done }
  } finally {
    await performance.settled().catch(() => undefined)
    await stage.hub.kill()
    for (const console of stage.consoles) {
      await console.kill()
      await console.close()
    }
  }
}

/** As `runSchedule`; what breaks the run itself is a finding too, and a good run leaves nothing on the disk. */
export async function tryScheduleIn(
  schedule: Schedule,
  template: Template,
  pools: Pools,
  folder: string,
): Promise<RunResult> {
  try {
    const result = await runSchedule(schedule, template, pools, folder)
    if (result.findings.length === 0) rmSync(folder, { recursive: true, force: true })
    return result
  } catch (error) {
    const what = error instanceof HostRefusal ? `${error.code}: ${error.message}` : String((error as Error).stack)
    return { findings: [{ kind: 'diverged', what: `the run broke: ${what}` }], operations: 0, done: 0 }
  }
}

async function setUp(schedule: Schedule, template: Template, pools: Pools, folder: string): Promise<Stage> {
  const consoles = await Promise.all(
    schedule.consoles.map(({ isFresh }, index) => stageConsole({ template, folder, index, isFresh }, pools.consoles)),
  )
  const hub = stageHub(template, folder, pools.hubs, (port) => {
    for (const { proxy } of consoles) proxy.setUpstream(port)
  })
  return { hub, consoles }
}

/** Somebody signs in at a console that has only just been set up. */
async function enter(console: StagedConsole | undefined, operators: Operators): Promise<void> {
  if (console) await until(startMs, 'signed in for the first time', () => operators.signIn(console))
}

/** What is not in step after the limit. */
async function comeIntoStep({ hub, consoles }: Stage): Promise<Finding[]> {
  const databases = consoles.map(({ folder }) => openConsole(folder))
  let missing: string[] = []
  const look = () => {
    const position = readHubPosition(join(hub.folder, 'hub.sqlite'), subCenter)
    missing = databases.flatMap((database, index) => {
      const what = notInStep(database, position)
      return what === null ? [] : [`console ${index} is not in step after ${inStepMs} ms: ${what}`]
    })
    return missing.length === 0
  }
  try {
    await until(inStepMs, 'in step', look)
    return []
  } catch {
    return missing.map((what): Finding => ({ kind: 'diverged', what }))
  } finally {
    for (const database of databases) database.close()
  }
}

async function closeAll({ hub, consoles }: Stage): Promise<void> {
  await Promise.all(consoles.map((console) => console.close()))
  await hub.close()
}

export function describeSchedule({ seed, consoles, events }: Schedule): string {
  const who = consoles.map(({ isFresh }, index) => `console ${index} ${isFresh ? 'without a database' : 'in step'}`)
  const list = events.map((event, index) => `  ${String(index + 1).padStart(2)}. ${describeEvent(event)}`)
  return [`schedule ${seed}: ${who.join(', ')}`, ...list].join('\n')
}
