/** Reads the steps of this workstation that do not hold: what was done, what happened meanwhile, what can be done now. */
import type { Database } from 'better-sqlite3'
import type { CaseHead, CaseStep } from '../contract/case.ts'
import { type Conflict, mostMeanwhile } from '../contract/sync.ts'
import type { Role } from '../contract/vocabulary.ts'
import type { CaseQueries } from '../cases/case-queries.ts'
import { missingOf, offersFor } from '../cases/decide.ts'
import { entryOf, type OutboxEntry, type StoredEntry } from '../cases/outbox.ts'
import type { Operation } from '../hub/protocol.ts'

export interface Conflicts {
  /** Oldest first, as someone of this role may answer them. */
  list(role: Role): Conflict[]
  /** The step and the later ones that were parked because of it, in their order; empty when it is not parked (any more). */
  group(stepId: string): OutboxEntry[]
}

export function createConflicts(database: Database, cases: Pick<CaseQueries, 'head'>): Conflicts {
  const parked = database.prepare<[], StoredEntry>(
    `SELECT * FROM outbox WHERE state IN ('parked', 'doubted') ORDER BY client_seq`,
  )
  const since = database
    .prepare<[object], string>(
      `SELECT body FROM (SELECT body, hub_at, id FROM case_steps WHERE case_id = @caseId AND (hub_at, id) > (@hubAt, @id)
       ORDER BY hub_at DESC, id DESC LIMIT @most) ORDER BY hub_at, id`,
    )
    .pluck()

  const entries = () => parked.all().map(entryOf)

  function meanwhileOf({ operation: { caseId, actorAt }, context: { seen, ownBefore } }: OutboxEntry): CaseStep[] {
    // A case taken down here had nothing confirmed yet. A step of an older console does not say: what came later by the clock.
    const after = seen ?? { hubAt: ownBefore.length > 0 ? 0 : actorAt, id: '' }
    return since
      .all({ caseId, ...after, most: mostMeanwhile })
      .map((body) => JSON.parse(body) as CaseStep)
      .filter(({ id }) => !ownBefore.includes(id))
  }

  function show(entry: OutboxEntry, dependents: string[], role: Role): Conflict {
    const { opId, caseId, kind, actor, actorAt, input, report } = entry.operation
    const head = cases.head(caseId)
    const shown = head ?? report
    return {
      ...{ id: opId, caseId, caseNumber: shown?.number ?? caseId, place: shown?.place ?? '', kind, input },
      ...{ at: actorAt, actorId: actor.id, actorName: actor.name, why: entry.why ?? '', isOpen: !entry.isAnswered },
      ...{ meanwhile: meanwhileOf(entry), dependents, again: againOf(head, entry.operation, role) },
      canBeHanded: head !== null && offerOf(head, role, 'request-decision')?.blocked === null,
    }
  }

  return {
    list(role) {
      const all = entries()
      return all.map((entry) => show(entry, dependentsOf(entry, all).map(idOf), role))
    },
    group(stepId) {
      const all = entries()
      const first = all.find((entry) => idOf(entry) === stepId)
      return first ? [first, ...dependentsOf(first, all)] : []
    },
  }
}

const idOf = ({ operation }: OutboxEntry) => operation.opId

/** Those that stand on it and on nothing earlier that is parked too. */
function dependentsOf(entry: OutboxEntry, parked: readonly OutboxEntry[]): OutboxEntry[] {
  return parked.filter((other) => parked.find((root) => other.context.dependsOn.includes(idOf(root))) === entry)
}

const offerOf = (head: CaseHead, role: Role, kind: Operation['kind']) =>
  offersFor(head, role).find((offer) => offer.kind === kind)

function againOf(head: CaseHead | null, { kind, input }: Operation, role: Role): Conflict['again'] {
  // A report makes the case: it can be sent again as long as there is none.
  if (kind === 'report') return head ? null : { blocked: null, missing: [] }
  const offer = head && offerOf(head, role, kind)
  return offer ? { blocked: offer.blocked, missing: missingOf(offer.needs, input, head) } : null
}
