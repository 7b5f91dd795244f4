/** What the operators and the field were told while a schedule ran: the other half of what the checker compares. */

export interface Operation {
  /** Stands in the remark of the step (in the description of a reported case), so that it is found again anywhere. */
  marker: string
  console: number
  /** Null while a report has not been answered. */
  caseId: string | null
  kind: string
  /** `unanswered`: the console was killed before it said anything. */
  outcome: 'acknowledged' | 'refused' | 'unanswered'
  /** Of a refused one. */
  code: string | null
  /** The operator has read why it was refused, and has put it away; the console may have foreseen what the hub then decided otherwise. */
  putAway: 'said by the hub' | 'foreseen' | null
  /** `only at the hub`: its console's disk is gone, and was replaced by an older copy. `gone`: the only place that had it is gone. */
  disk: 'good' | 'only at the hub' | 'gone'
}

export interface FieldStep {
  marker: string
  caseId: string
  /** A restored hub may have forgotten it: nobody else had it. */
  isForgettable: boolean
}

export interface RunRecord {
  /** In the order in which the operators took them. */
  operations: Operation[]
  /** What the hub said it has taken from the field. */
  field: FieldStep[]
}
