/** A case as a row of its table: the whole head as `body`, and the columns that lists and views ask for. */
import type { CaseHead } from '../contract/case.ts'
import { endedStates } from '../contract/vocabulary.ts'
import { isCallBackDue } from './workflow.ts'

/** What this workstation knows beside the head. */
export interface Marks {
  /** The operator of a desk who took the last step; null keeps who was known before. */
  workedBy: string | null
  pending: number
  parked: number
  generation: number
}

/** Columns of `cases` that follow from the head and its marks, in the order of `caseValues`. */
export const caseColumns = [
  'id',
  'number',
  'class_code',
  'channel',
  'state',
  'is_open',
  'urgency',
  'place',
  'longitude',
  'latitude',
  'grid_code',
  'reported_at',
  'due_order',
  'supervised',
  'is_returned',
  'is_call_back_due',
  'worked_by',
  'version',
  'pending',
  'parked',
  'body',
  'generation',
]

/** Row ids ascend with the time of report, so that the newest are found from the end: so many to a millisecond. */
export const rowsToInstant = 1024

export function caseValues(head: CaseHead, marks: Marks): unknown[] {
  return [
    head.id,
    head.number,
    head.classCode,
    head.channel,
    head.state,
    endedStates.includes(head.state) ? 0 : 1,
    head.urgency,
    head.place,
    head.longitude,
    head.latitude,
    head.gridCode,
    head.reportedAt,
    dueOrder(head.limit),
    head.supervised ? 1 : 0,
    head.state === 'filed' && head.returns > 0 ? 1 : 0,
    waitsForCallBack(head) ? 1 : 0,
    marks.workedBy,
    head.version,
    marks.pending,
    marks.parked,
    JSON.stringify(head),
    marks.generation,
  ]
}

const never = 9_000_000_000_000_000

/** A stopped clock is not due before it runs again. */
function dueOrder(limit: CaseHead['limit']): number {
  if (limit === null) return never
  return limit.stoppedAt === null ? limit.dueAt : never - 1
}

function waitsForCallBack(head: CaseHead): boolean {
  return (head.state === 'resolved' || head.state === 'checked') && isCallBackDue(head)
}
