/** `npm run faults -- --schedules N --seed S`: N schedules from the seed on, judged; a failing one is cut down and printed. */
import { availableParallelism } from 'node:os'
import { parseArgs } from 'node:util'
import type { Finding } from './checker/judge.ts'
import { describeSchedule, type RunResult } from './run-schedule.ts'
import { type Failure, openRunner, type Planted, type Runner } from './runner.ts'
import { shrink } from './shrink.ts'

const { values } = parseArgs({
  options: {
    schedules: { type: 'string', default: '200' },
    seed: { type: 'string', default: '1' },
    /** With a defect, to see it found: `hub-forget-dedupe`, `console-cursor-first`, `console-answers-first`, … */
    planted: { type: 'string' },
    /** Schedules at the same time: most of a schedule waits. */
    lanes: { type: 'string', default: String(availableParallelism() + 1) },
    'no-shrinking': { type: 'boolean', default: false },
  },
})
const [schedules, seed, lanes] = [Number(values.schedules), Number(values.seed), Number(values.lanes)]
const totals = { schedules: 0, operations: 0, done: 0, lost: 0, doubled: 0, silent: 0, diverged: 0 }
const startedAt = performance.now()

function count({ operations, done, findings }: RunResult): void {
  totals.schedules += 1
  totals.operations += operations
  totals.done += done
  for (const { kind } of findings) totals[kind] += 1
  if (totals.schedules % 100 === 0) tellProgress()
}

function tellProgress(): void {
  const seconds = (performance.now() - startedAt) / 1000
  const hourly = Math.round((totals.schedules / seconds) * 3600)
  const steps = `${totals.done} of ${totals.operations} steps done`
  console.log(`${totals.schedules} schedules in ${seconds.toFixed(0)} s (${hourly} an hour), ${steps}`)
}

const tellFindings = (findings: readonly Finding[]) => {
  for (const { kind, what } of findings) console.log(`  ${kind}: ${what}`)
}

async function tellFailure(runner: Runner, { schedule, findings }: Failure): Promise<void> {
  const planted = values.planted ? ` --planted ${values.planted}` : ''
  console.log(`\nA schedule fails. Repeat it with: npm run faults -- --schedules 1 --seed ${schedule.seed}${planted}`)
  tellFindings(findings)
  console.log(describeSchedule(schedule))
  if (values['no-shrinking']) return
  console.log('\nLooking for fewer events that still fail …')
  const smaller = await shrink(schedule, async (candidate) => (await runner.run(candidate)).findings)
  if (smaller.findings.length === 0) return console.log('None found: it does not fail at every run.')
  console.log(`${smaller.schedule.events.length} events fail as well:\n${describeSchedule(smaller.schedule)}`)
  tellFindings(smaller.findings)
}

{
  await using runner = await openRunner((values.planted ?? null) as Planted)
  const failure = await runner.runMany(seed, schedules, lanes, count)
  tellProgress()
  if (failure) await tellFailure(runner, failure)
}
const { done: _, ...faults } = totals
console.log(JSON.stringify({ faults }))
// Killed children leave sockets whose end Node may wait for without end when it cleans up by itself.
process.exit(faults.lost + faults.doubled + faults.silent + faults.diverged === 0 ? 0 : 1)
