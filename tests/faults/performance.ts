/** Does to hub, consoles and lines what the events of a schedule say. */
import { join } from 'node:path'
import type { StepKind } from '../../native/contract/vocabulary.ts'
import { readHub } from './checker/hub-state.ts'
import { HostRefusal } from './hosts/host-process.ts'
import type { Operators } from './operators.ts'
import type { RunRecord } from './record.ts'
import { restoreConsole } from './restore-console.ts'
import type { Event } from './schedule.ts'
import { logBytes, type Stage, type StagedConsole } from './stage.ts'
import { caseFromElsewhere, startMs, subCenter } from './template.ts'
import { pause, until } from './until.ts'

export interface PerformanceParts {
  stage: Stage
  operators: Operators
  record: RunRecord
  /** The cases that are talked about, in the order in which events choose among them. */
  caseIds: string[]
}

export interface Performance {
  perform(event: Event): Promise<void>
  /** Resolves when nothing happens any more by itself. */
  settled(): Promise<void>
  /** Ends every fault: lines, disks and clocks are good, everything runs. */
  mendAll(): Promise<void>
}

type Performers = { [Kind in Event['kind']]: (event: Event & { kind: Kind }) => Promise<void> | void }

/** What somebody in the field tries, one after the other. */
const fieldTries: readonly (readonly StepKind[])[] = [
  ['start', 'resolve', 'remark'],
  ['resolve', 'remark'],
  ['return', 'remark'],
  ['check-pass', 'remark'],
  ['supervise', 'remark'],
  ['remark'],
]

export function createPerformance({ stage, operators, record, caseIds }: PerformanceParts): Performance {
  const { hub, consoles } = stage
  const at = (index: number) => consoles[index] as StagedConsole
  const caseAt = (index: number) => caseIds[index % caseIds.length] as string
  /** Deaths that were set for later. */
  let dying: Promise<void> = Promise.resolve()
  let arrivals = 0
  /** Each try has a marker of its own: one that was taken while the hub died is not told. */
  let fieldSteps = 0
  /** How many operations there were when a console was copied. */
  const copiedAt = new Map<number, number>()

  /** A hub that is gone, or dies now, takes nothing. */
  const askHub = <T>(command: string, input: object) =>
    hub.host?.ask<T>(command, input).catch((error: unknown) => {
      if (error instanceof HostRefusal && error.code === 'died') return null
      throw error
    })

  async function startHub(): Promise<void> {
    await dying
    await hub.start()
  }

  const performers: Performers = {
    step: (event) => operators.takeStep(at(event.console), caseAt(event.case), event),
    report: (event) => operators.report(at(event.console)),
    dismiss: (event) => operators.dismiss(at(event.console), caseAt(event.case)),
    async 'field-step'({ case: index, pick }) {
      const [caseId, marker] = [caseAt(index), `现场${(fieldSteps += 1)}`]
      const kinds = fieldTries[pick % fieldTries.length] ?? []
      const taken = await askHub<StepKind | null>('take', { subCenter, caseId, kinds, remark: marker })
      if (taken) record.field.push({ marker, caseId, isForgettable: false })
    },
    async 'field-report'() {
      arrivals += 1
      const put = caseFromElsewhere(`field-${arrivals}`, arrivals - 1, Date.now(), `现场来件${arrivals}`)
      if (await askHub('publish', { subCenter, put })) caseIds.push(put.case.id)
    },
    network: ({ console, fault }) => at(console).proxy.apply(fault),
    mend: ({ console }) => at(console).proxy.mend(),
    async 'kill-console'({ console: index, during, afterMs, isStartedAgain }) {
      const console = at(index)
      const acting =
        during === null ? null : operators.takeStep(console, caseAt(during), { pick: afterMs, isStale: true })
      await pause(afterMs)
      await console.kill()
      await acting
      if (isStartedAgain) await console.start()
    },
    'start-console': ({ console }) => at(console).start(),
    'kill-hub'({ afterMs, isStartedAgain }) {
      const host = hub.host
      dying = dying.then(async () => {
        await pause(afterMs)
        if (hub.host === host) await hub.kill()
        if (isStartedAgain) await hub.start()
      })
      // Looked at by whoever waits for it next.
      dying.catch(() => undefined)
    },
    'start-hub': startHub,
    'fill-disk': ({ console, spareBytes }) => at(console).limitFiles(logBytes(at(console).folder) + spareBytes),
    'free-disk': ({ console }) => at(console).limitFiles(null),
    async clock({ whose, offsetMs }) {
      if (whose === -1) await askHub('clock', { offsetMs })
      else await at(whose).host?.ask('clock', { offsetMs })
    },
    async 'copy-hub'() {
      await dying
      hub.copy()
    },
    async 'restore-hub'() {
      await dying
      await hub.kill()
      await hub.restore()
      for (const step of record.field) step.isForgettable = true
      for (const operation of record.operations) if (operation.disk === 'only at the hub') operation.disk = 'gone'
    },
    'copy-console'({ console }) {
      if (at(console).copy()) copiedAt.set(console, record.operations.length)
    },
    async 'restore-console'({ console }) {
      const since = copiedAt.get(console)
      if (since === undefined) return
      const own = record.operations.slice(since).filter((operation) => operation.console === console)
      await restoreConsole(at(console), own, () => readHub(join(hub.folder, 'hub.sqlite'), subCenter))
    },
    async compact({ keep }) {
      await askHub('compact', { subCenter, keep })
    },
    async disconnect() {
      await askHub('disconnect', { subCenter })
    },
    async sleep({ console, ms }) {
      const { host } = at(console)
      await host?.ask('suspend')
      await pause(ms)
      await host?.ask('resume')
    },
    wait: ({ ms }) => pause(ms),
  }

  return {
    async perform(event) {
      await (performers[event.kind] as (event: Event) => Promise<void> | void)(event)
    },
    settled: () => dying,
    async mendAll() {
      await dying
      await hub.start()
      await askHub('clock', { offsetMs: 0 })
      await Promise.all(consoles.map((console) => mend(console, operators)))
    },
  }
}

async function mend(console: StagedConsole, operators: Operators): Promise<void> {
  console.proxy.mend()
  console.limitFiles(null)
  await console.start()
  await console.host?.ask('clock', { offsetMs: 0 })
  await console.host?.ask('resume')
  const current = await console.host?.ask('read', { path: 'session.watch' })
  if (!current) await until(startMs, `console ${console.index} is signed in`, () => operators.signIn(console))
}
