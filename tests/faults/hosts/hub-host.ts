/** The reference hub in a process of its own, with field traffic on demand; the runner may kill it at any moment. */
import { pino } from 'pino'
import type { StepKind } from '../../../native/contract/vocabulary.ts'
import type { Put } from '../../../native/hub/protocol.ts'
import { createMisbehaviour } from '../../district/hub/faulty-hub.ts'
import { type Hub, type HubSeed, startHub } from '../../district/hub/hub.ts'
import { answerRunner } from './answering.ts'

export interface HubOpening {
  folder: string
  logFile: string
  tls: { certPem: string; keyPem: string }
  seedData: HubSeed
  newEpoch: boolean
}

export interface FieldStep {
  subCenter: string
  caseId: string
  /** The first of these that the case allows is taken. */
  kinds: readonly StepKind[]
  remark: string
}

const fieldWorker = { id: 'field-1', name: '赵铁柱', role: 'grid-member' }
/** The name of a rule that it breaks: a planted defect. */
const [misbehaviour] = process.argv.slice(2)
let hub: Hub | null = null
let offsetMs = 0

function open(): Hub {
  if (!hub) throw new Error('no hub is open')
  return hub
}

answerRunner({
  async open({ folder, logFile, tls, seedData, newEpoch }: HubOpening) {
    offsetMs = 0
    hub = await startHub({
      ...{ port: 0, folder, tls, seedData, newEpoch, clock: () => Date.now() + offsetMs },
      misbehave: misbehaviour === undefined ? null : createMisbehaviour(misbehaviour),
      ping: { intervalMs: 1_000, timeoutMs: 2_000 },
      log: pino({ level: 'info' }, pino.destination({ dest: logFile, sync: true, append: true })),
    })
    return { port: hub.port }
  },
  async close() {
    await hub?.close()
    hub = null
  },
  publish: ({ subCenter, put }: { subCenter: string; put: Put }) => open().publish(subCenter, put),
  /** The kind of the step that was taken, null when the case allowed none of them. */
  take({ subCenter, caseId, kinds, remark }: FieldStep): StepKind | null {
    const input = {
      remark,
      assignee: null,
      duplicateOf: null,
      duration: null,
      dueAt: null,
      evidence: [],
      callBack: null,
    }
    // A case that only a console has yet is not known in the field.
    if (!open().present.findCase(subCenter, caseId)) return null
    for (const kind of kinds) {
      const actor = kind === 'supervise' ? { ...fieldWorker, role: 'district' } : fieldWorker
      if (!('refusal' in open().take(subCenter, caseId, { kind, actor, input }))) return kind
    }
    return null
  },
  /** Forgets the changes that are older than the last `keep`. */
  compact: ({ subCenter, keep }: { subCenter: string; keep: number }) =>
    open().compact(subCenter, open().head(subCenter) - keep),
  disconnect: ({ subCenter }: { subCenter: string }) => open().disconnect(subCenter),
  clock(input: { offsetMs: number }) {
    offsetMs = input.offsetMs
  },
})
