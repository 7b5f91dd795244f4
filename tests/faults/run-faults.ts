/** `npm run faults -- --schedules N --seed S`: N schedules from the seed on, judged; a failing one is cut down and printed. */
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs'
import { availableParallelism, tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import type { Finding } from './checker/judge.ts'
import { createHostPool, HostProcess } from './hosts/host-process.ts'
import { describeSchedule, tryScheduleIn } from './run-schedule.ts'
import { makeSchedule, type Schedule } from './schedule.ts'
import { shrink } from './shrink.ts'
import type { Pools } from './stage.ts'
import { makeTemplate, type Template } from './template.ts'

const { values } = parseArgs({
  options: {
    schedules: { type: 'string', default: '200' },
    seed: { type: 'string', default: '1' },
    /** A defect of tests/faults/planted to run with. */
    planted: { type: 'string' },
    /** Schedules at the same time: most of a schedule waits. */
    lanes: { type: 'string', default: String(availableParallelism() + 1) },
    /** Leaves it at the first failing schedule, as it is. */
    'no-shrinking': { type: 'boolean', default: false },
  },
})
const [schedules, seed, lanes] = [Number(values.schedules), Number(values.seed), Number(values.lanes)]
const totals = { operations: 0, done: 0, lost: 0, doubled: 0, silent: 0, diverged: 0 }

const folder = mkdtempSync(join(tmpdir(), 'faults-'))
const cache = join(folder, 'compiled')
const plant = (side: 'hub' | 'console') =>
  values.planted?.startsWith(side) ? new URL(`planted/${values.planted}.ts`, import.meta.url) : null
const pools: Pools = {
  hubs: createHostPool(() => new HostProcess(new URL('hosts/hub-host.ts', import.meta.url), plant('hub'), cache), 1),
  consoles: createHostPool(
    () => new HostProcess(new URL('hosts/console-host.ts', import.meta.url), plant('console'), cache),
    2,
  ),
}

let next = 0
let failing: { schedule: Schedule; findings: Finding[]; folder: string } | null = null

/** One schedule after another until there are none left, or one has failed. */
async function runLane(template: Template): Promise<void> {
  while (next < schedules && !failing) {
    const schedule = makeSchedule(seed + next)
    next += 1
    const place = join(folder, `schedule-${schedule.seed}`)
    const { findings, operations, done } = await tryScheduleIn(schedule, template, pools, place)
    totals.operations += operations
    totals.done += done
    for (const { kind } of findings) totals[kind] += 1
    if (findings.length > 0) failing ??= { schedule, findings, folder: place }
  }
}

async function tellFailure(template: Template, failed: NonNullable<typeof failing>): Promise<void> {
  const { schedule, findings } = failed
  const command = `npm run faults -- --schedules 1 --seed ${schedule.seed}${values.planted ? ` --planted ${values.planted}` : ''}`
  console.log(`\nA schedule fails. Repeat it with: ${command}\nIts files: ${failed.folder}`)
  for (const { kind, what } of findings) console.log(`  ${kind}: ${what}`)
  console.log(describeSchedule(schedule))
  if (values['no-shrinking']) return
  console.log('\nLooking for fewer events that still fail …')
  let tries = 0
  const smaller = await shrink(schedule, async (candidate) => {
    const place = join(folder, `shrinking-${(tries += 1)}`)
    const { findings } = await tryScheduleIn(candidate, template, pools, place)
    rmSync(place, { recursive: true, force: true })
    return findings
  })
  console.log(`${smaller.schedule.events.length} events fail as well:\n${describeSchedule(smaller.schedule)}`)
  for (const { kind, what } of smaller.findings) console.log(`  ${kind}: ${what}`)
}

const startedAt = performance.now()
try {
  mkdirSync(join(folder, 'template'))
  const template = await makeTemplate(join(folder, 'template'), pools.hubs, pools.consoles)
  await Promise.all(Array.from({ length: lanes }, () => runLane(template)))
  const seconds = (performance.now() - startedAt) / 1000
  const hourly = Math.round((next / seconds) * 3600)
  console.log(
    `${next} schedules in ${seconds.toFixed(1)} s (${hourly} an hour), ${totals.done} of ${totals.operations} steps done`,
  )
  if (failing) await tellFailure(template, failing)
} finally {
  await Promise.all([pools.hubs.close(), pools.consoles.close()])
  if (!failing) rmSync(folder, { recursive: true, force: true })
}
const { operations, lost, doubled, silent, diverged } = totals
console.log(JSON.stringify({ faults: { schedules: next, operations, lost, doubled, silent, diverged } }))
process.exitCode = lost + doubled + silent + diverged === 0 ? 0 : 1
