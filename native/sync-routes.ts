/** Answers the part of the contract that is about what has not reached the district. */
import type { Follow, Implementer, Parts } from './router.ts'
import { wholeState } from './topic.ts'

export function syncRoutes(os: Implementer['sync'], { session, sync }: Parts, follow: Follow) {
  return {
    watch: os.watch.handler(({ signal }) => {
      const { role } = session.require()
      return follow(
        wholeState(sync.changed, () => sync.state(role)),
        signal,
        session.scope(),
      )
    }),
    applyAgain: os.applyAgain.handler(({ input }) => {
      sync.answers.applyAgain(session.require(), input.stepId, input.input ?? null)
      return null
    }),
    handToLeader: os.handToLeader.handler(({ input: { stepId, remark } }) => {
      sync.answers.handToLeader(session.require(), stepId, remark)
      return null
    }),
    withdraw: os.withdraw.handler(({ input: { stepId } }) => {
      sync.answers.withdraw(session.require(), stepId)
      return null
    }),
    readSummary: os.readSummary.handler(({ input: { outageId } }) => {
      sync.readSummary(session.require(), outageId)
      return null
    }),
    paper: os.paper.handler(() => sync.paper(session.require())),
    exportUnsent: os.exportUnsent.handler(({ input: { passPhrase } }) =>
      sync.files.exportUnsent(session.require(), passPhrase),
    ),
    readExport: os.readExport.handler(async ({ input: { id, offset } }) => {
      const bytes = await sync.files.readExport(id, offset)
      return { data: bytes.toString('base64') }
    }),
    closeExport: os.closeExport.handler(({ input: { id } }) => {
      sync.files.closeExport(id)
      return null
    }),
    beginImport: os.beginImport.handler(({ input: { bytes } }) => sync.files.beginImport(bytes)),
    appendImport: os.appendImport.handler(async ({ input: { id, offset, data } }) => {
      await sync.files.appendImport(id, offset, Buffer.from(data, 'base64'))
      return null
    }),
    finishImport: os.finishImport.handler(({ input: { id, passPhrase } }) =>
      sync.files.finishImport(session.require(), id, passPhrase),
    ),
  }
}
