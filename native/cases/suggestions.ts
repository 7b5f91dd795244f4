/** Whom a case could be dispatched to, best first, and why. Values in, values out. */
import type { CaseHead } from '../contract/case.ts'
import type { Assignee, OwnSuggestion, Suggestion, SuggestionReason, Unit } from '../contract/unit.ts'

const most = 12

/** Among equals the nearest to the place comes first: the station before its people, one's own before others. */
const kindOrder: readonly Assignee['kind'][] = ['station', 'grid-member', 'department', 'joint-duty-team']

interface Ranked {
  unit: Unit
  handles: boolean
  isOfGrid: boolean
}

/** Units of other grids are not suggested, nor those with neither the class nor the grid. */
export function suggest(head: Pick<CaseHead, 'classCode' | 'gridCode'>, units: readonly Unit[]): Suggestion[] {
  return units
    .map((unit): Ranked => {
      const handles = unit.classCodes.includes(head.classCode)
      return { unit, handles, isOfGrid: unit.gridCodes.includes(head.gridCode) }
    })
    .filter(({ unit, handles, isOfGrid }) => isOfGrid || (handles && unit.gridCodes.length === 0))
    .sort(byFitness)
    .slice(0, most)
    .map((ranked) => ({
      assignee: assigneeOf(ranked.unit),
      phone: ranked.unit.phone,
      reasons: reasonsFor(ranked, head),
    }))
}

/** The best for each case, one after the other: whoever was given one has one more when the next is looked at. */
export function suggestEach(
  heads: readonly Pick<CaseHead, 'id' | 'classCode' | 'gridCode'>[],
  units: readonly Unit[],
): OwnSuggestion[] {
  const given = new Map<string, number>()
  return heads.map((head) => {
    const now = units.map((unit) => ({ ...unit, load: unit.load + (given.get(unit.id) ?? 0) }))
    const assignee = suggest(head, now)[0]?.assignee ?? null
    if (assignee) given.set(assignee.id, (given.get(assignee.id) ?? 0) + 1)
    return { caseId: head.id, assignee }
  })
}

export function assigneeOf({ kind, id, name }: Unit): Assignee {
  return { kind, id, name }
}

function byFitness(one: Ranked, other: Ranked): number {
  return (
    Number(other.handles) - Number(one.handles) ||
    Number(other.isOfGrid) - Number(one.isOfGrid) ||
    one.unit.load - other.unit.load ||
    kindOrder.indexOf(one.unit.kind) - kindOrder.indexOf(other.unit.kind) ||
    (one.unit.id < other.unit.id ? -1 : 1)
  )
}

function reasonsFor({ unit, handles, isOfGrid }: Ranked, head: Pick<CaseHead, 'classCode' | 'gridCode'>) {
  const reasons: SuggestionReason[] = []
  if (handles) reasons.push({ key: 'handles-class', classCode: head.classCode })
  reasons.push(isOfGrid ? { key: 'of-the-grid', gridCode: head.gridCode } : { key: 'of-the-sub-center' })
  reasons.push({ key: 'load', cases: unit.load })
  return reasons
}
