/** What each view of the queue selects, in which order, by which index. */
import type { QueueView } from '../contract/case.ts'

export interface ViewQuery {
  /** Condition on `cases`; may use @now, @soon and @operator. */
  where: string
  by: string
}

const byDue = 'due_order, row_id'
/** Somebody above asks after a supervised case: it overtakes what is only due earlier, whatever its own limit. */
const byRank = 'supervised DESC, due_order, row_id'

export const queueQueries: Readonly<Record<QueueView, ViewQuery>> = {
  open: { where: 'is_open = 1', by: byRank },
  mine: { where: 'is_open = 1 AND worked_by = @operator', by: byDue },
  // That they are open is said for the index, which holds no others.
  'to-accept': { where: "is_open = 1 AND state = 'reported'", by: byDue },
  'to-dispatch': { where: "is_open = 1 AND state = 'filed'", by: byDue },
  'due-soon': { where: 'is_open = 1 AND due_order >= @now AND due_order < @soon', by: byDue },
  overdue: { where: 'is_open = 1 AND due_order < @now', by: byDue },
  returned: { where: 'is_returned = 1', by: byDue },
  supervised: { where: 'is_open = 1 AND supervised = 1', by: byDue },
  'call-backs': { where: 'is_call_back_due = 1', by: byDue },
  // Row ids ascend with the time of report.
  // Written as the index has it.
  requests: { where: "is_open = 1 AND body ->> '$.request' IS NOT NULL", by: byDue },
  all: { where: 'true', by: 'row_id DESC' },
}
