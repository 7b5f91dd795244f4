/** The saved views of the queue in the order of their keys, and how an address names them. Pure. */
import type { QueueView } from '../../../native/contract/case.ts'

/** Shift+1 … Shift+9, Shift+0. The contract's list, said again: its module would bring the schema library into the start. */
export const viewsInOrder: readonly QueueView[] = [
  ...(['open', 'mine', 'to-accept', 'to-dispatch', 'due-soon'] as const),
  ...(['overdue', 'returned', 'supervised', 'call-backs', 'all'] as const),
]

export const keyOfView = (view: QueueView): string => `Shift+${(viewsInOrder.indexOf(view) + 1) % 10}`

/** An address of another version opens what is open. */
export function viewOf(query: unknown): QueueView {
  return viewsInOrder.find((view) => view === query) ?? 'open'
}
