/** Cuts a failing schedule down: leaves out ever smaller parts as long as it still fails. */
import type { Finding } from './checker/judge.ts'
import type { Event, Schedule } from './schedule.ts'

/** Real processes do not run twice alike: what fails once in so many runs counts as failing. */
const runs = 2

export interface Shrunk {
  schedule: Schedule
  findings: Finding[]
}

/** `attempt` runs a schedule and answers what it finds. Ends after about `mostAttempts` runs with the smallest that failed. */
export async function shrink(
  schedule: Schedule,
  attempt: (candidate: Schedule) => Promise<Finding[]>,
  mostAttempts = 60,
): Promise<Shrunk> {
  let smallest: Shrunk = { schedule, findings: [] }
  let attempts = 0

  async function fails(events: readonly Event[]): Promise<boolean> {
    const candidate = { ...schedule, events }
    for (let run = 0; run < runs && attempts < mostAttempts; run += 1) {
      attempts += 1
      const findings = await attempt(candidate)
      if (findings.length === 0) continue
      smallest = { schedule: candidate, findings }
      return true
    }
    return false
  }

  for (let size = Math.ceil(schedule.events.length / 2); size >= 1; size = size > 1 ? Math.ceil(size / 2) : 0) {
    for (let from = 0; from < smallest.schedule.events.length && attempts < mostAttempts;) {
      const { events } = smallest.schedule
      const without = [...events.slice(0, from), ...events.slice(from + size)]
      if (!(await fails(without))) from += size
    }
  }
  return smallest
}
