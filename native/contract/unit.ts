/** Whom cases are dispatched to: stations, grid members, departments, joint-duty teams. */
import { z } from 'zod'
import { assignee, identifier, line } from './case.ts'

export const unit = z.object({
  id: identifier,
  kind: assignee.shape.kind,
  name: line,
  phone: z.string().max(40),
  /** Where it works; empty: in the whole sub-center. */
  gridCodes: z.array(z.string().max(40)).max(500),
  /** What it handles; empty: nothing in particular. */
  classCodes: z.array(z.string().max(20)).max(500),
  /** Open cases that are assigned to it. */
  load: z.int().min(0),
})
export type Unit = z.infer<typeof unit>
export type Assignee = z.infer<typeof assignee>

/** Why a unit is suggested; `load` says how many open cases it has. */
export type SuggestionReason =
  | { key: 'handles-class'; classCode: string }
  | { key: 'of-the-grid'; gridCode: string }
  | { key: 'of-the-sub-center' }
  | { key: 'load'; cases: number }

export interface Suggestion {
  assignee: Assignee
  phone: string
  reasons: SuggestionReason[]
}

/** The unit that fits a case best; null when none fits. */
export interface OwnSuggestion {
  caseId: string
  assignee: Assignee | null
}
