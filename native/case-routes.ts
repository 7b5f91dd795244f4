/** Answers the part of the contract that is about cases. */
import { differWindows, type Viewer } from './cases/case-queries.ts'
import { assigneeOf, suggest, suggestEach } from './cases/suggestions.ts'
import { Fault } from './fault.ts'
import type { Follow, Implementer, Parts } from './router.ts'
import { createGridNames } from './places/grid-names.ts'
import { wholeState } from './topic.ts'

/** More than anybody reads of a list. */
const mostUnits = 50
const mostOfASearch = 9

export function caseRoutes(os: Implementer['cases'], parts: Parts, follow: Follow) {
  const { session, cases, casesChanged, ownSteps, evidence, units } = parts
  const gridNames = createGridNames(parts.places.grids.all)
  const viewer = (): Viewer => ({ operatorId: session.current()?.id ?? '', now: parts.hubNow() })
  return {
    queue: os.queue.handler(({ input: { view, offset, limit, text = '', ...wished }, signal }) => {
      const { group = 'none', sort = 'due', folded = { all: false, but: [] } } = wished
      const order = { group, sort, folded }
      const read = () => gridNames.named(cases.ordered(view, offset, limit, viewer(), text, order), group)
      return follow({ changed: casesChanged, read, differ: differWindows }, signal, session.scope())
    }),
    counts: os.counts.handler(({ signal }) =>
      follow(
        wholeState(casesChanged, () => cases.counts(viewer())),
        signal,
        session.scope(),
      ),
    ),
    classes: os.classes.handler(({ signal }) =>
      follow(wholeState(parts.classesChanged, cases.classes), signal, session.scope()),
    ),
    file: os.file.handler(({ input: { caseId }, signal }) => {
      const { id, role } = session.require()
      parts.recordAudit({ operatorId: id, action: 'case.opened', subject: caseId, reason: null })
      return follow(
        wholeState(casesChanged, () => cases.file(caseId, role)),
        signal,
        session.scope(),
      )
    }),
    pack: os.pack.handler(({ input: { caseId } }) => {
      if (!cases.head(caseId)) throw new Fault('not-found', `no case ${caseId}`)
      parts.recordAudit({ operatorId: session.require().id, action: 'case.packed', subject: caseId, reason: null })
      return null
    }),
    step: os.step.handler(({ input: { caseId, kind, input } }) => {
      const operator = session.require()
      evidence.withStep(caseId, input.evidence, () => ownSteps.take(operator, caseId, kind, input))
      return null
    }),
    stepMany: os.stepMany.handler(({ input: { caseIds, kind, input } }) => {
      const operator = session.require()
      return caseIds.flatMap((caseId) => {
        try {
          evidence.withStep(caseId, input.evidence, () => ownSteps.take(operator, caseId, kind, input))
          return []
        } catch (error) {
          if (!(error instanceof Fault)) throw error
          return [{ caseId, fault: error.code }]
        }
      })
    }),
    suggestions: os.suggestions.handler(({ input: { caseId } }) => {
      const head = cases.head(caseId)
      if (!head) throw new Fault('not-found', `no case ${caseId}`)
      return suggest(head, units.all())
    }),
    suggestEach: os.suggestEach.handler(({ input: { caseIds } }) => {
      const heads = caseIds.map((caseId) => cases.head(caseId)).filter((head) => head !== null)
      return suggestEach(heads, units.all())
    }),
    units: os.units.handler(({ input: { text } }) => units.find(text, mostUnits).map(assigneeOf)),
    report: os.report.handler(({ input }) => {
      const keep = (caseId: string, act: () => void) => evidence.withStep(caseId, input.evidence ?? [], act)
      return { caseId: ownSteps.report(session.require(), input, keep) }
    }),
    find: os.find.handler(({ input: { text } }) => cases.window('all', 0, mostOfASearch, viewer(), text).rows),
    alike: os.alike.handler(({ input }) => parts.nearby.alike(input, parts.hubNow())),
    nearby: os.nearby.handler(({ input: { caseId } }) => {
      const head = cases.head(caseId)
      if (!head) throw new Fault('not-found', `no case ${caseId}`)
      return parts.nearby.of(head)
    }),
    dismiss: os.dismiss.handler(({ input: { caseId, stepId } }) => {
      ownSteps.dismiss(session.require(), caseId, stepId)
      return null
    }),
  }
}
