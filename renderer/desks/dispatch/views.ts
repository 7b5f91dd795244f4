/** The saved views of the queue in the order of their keys, and how an address names them. Pure. */
import type { QueueView } from '../../../native/contract/case.ts'
import type { Role } from '../../../native/contract/vocabulary.ts'
import { type QueueGrouping, queueGroupings, type QueueSort, queueSorts } from '../../../native/contract/queue-order.ts'

/** Shift+1 … Shift+9, Shift+0, and Alt+W for what only leaders see. The contract's list, said again: its module would bring the schema library into the start. */
export const viewsInOrder: readonly QueueView[] = [
  ...(['open', 'mine', 'to-accept', 'to-dispatch', 'due-soon'] as const),
  ...(['overdue', 'returned', 'supervised', 'call-backs', 'all'] as const),
  'requests',
]

export const keyOfView = (view: QueueView): string =>
  view === 'requests' ? 'Alt+W' : `Shift+${(viewsInOrder.indexOf(view) + 1) % 10}`

/** `requests` is what leaders decide. */
export const viewsFor = (role: Role | undefined): QueueView[] =>
  viewsInOrder.filter((view) => view !== 'requests' || role === 'duty-leader' || role === 'section-chief')

/** An address of another version opens what is open. */
export function viewOf(query: unknown): QueueView {
  return viewsInOrder.find((view) => view === query) ?? 'open'
}

/** Groupings and sorts by the same rule; their keys are Alt+0 … Alt+6 and Alt+Shift+1 … Alt+Shift+4. */
export const groupingOf = (query: unknown): QueueGrouping => queueGroupings.find((group) => group === query) ?? 'none'
export const sortOf = (query: unknown): QueueSort => queueSorts.find((sort) => sort === query) ?? 'due'
export const keyOfGrouping = (group: QueueGrouping): string => `Alt+${queueGroupings.indexOf(group)}`
export const keyOfSort = (sort: QueueSort): string => `Alt+Shift+${queueSorts.indexOf(sort) + 1}`
