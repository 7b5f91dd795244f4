/** Answers the part of the contract that is about evidence. */
import { Fault } from './fault.ts'
import type { Follow, Implementer, Parts } from './router.ts'
import { wholeState } from './topic.ts'

export function evidenceRoutes(os: Implementer['evidence'], parts: Parts, follow: Follow) {
  const { session, cases, evidence } = parts
  return {
    begin: os.begin.handler(({ input }) => evidence.intake.begin(input)),
    append: os.append.handler(async ({ input: { id, offset, data } }) => {
      await evidence.intake.append(id, offset, Buffer.from(data, 'base64'))
      return null
    }),
    finish: os.finish.handler(({ input }) => evidence.intake.finish(input.id)),
    discard: os.discard.handler(async ({ input }) => {
      await evidence.intake.discard(input.id)
      return null
    }),
    transfers: os.transfers.handler(({ signal }) =>
      follow(wholeState(evidence.changed, evidence.transfers), signal, session.scope()),
    ),
    retry: os.retry.handler(() => {
      evidence.retry()
      return null
    }),
    open: os.open.handler(({ input: { caseId, evidenceId } }) => {
      const operator = session.require()
      const steps = cases.file(caseId, operator.role)?.steps ?? []
      const piece = steps.flatMap((step) => step.evidence).find(({ id }) => id === evidenceId)
      if (!piece) throw new Fault('not-found', `no evidence ${evidenceId} in ${caseId}`)
      return evidence.open(operator, caseId, piece)
    }),
    read: os.read.handler(async ({ input: { viewId, offset } }) => {
      const bytes = await evidence.read(session.require(), viewId, offset)
      return { data: bytes.toString('base64') }
    }),
    close: os.close.handler(({ input }) => {
      evidence.closeView(input.viewId)
      return null
    }),
  }
}
