/** Answers the part of the contract that is about who works on which case. */
import type { Follow, Implementer, Parts } from './router.ts'
import { wholeState } from './topic.ts'

export function presenceRoutes(os: Implementer['presence'], { session, presence }: Parts, follow: Follow) {
  return {
    watch: os.watch.handler(({ signal }) =>
      follow(wholeState(presence.changed, presence.state), signal, session.scope()),
    ),
    look: os.look.handler(({ input: { caseId } }) => {
      presence.look(session.require(), caseId)
      return null
    }),
    claim: os.claim.handler(async ({ input: { caseId, isTakenOver } }) => {
      await presence.claim(session.require(), caseId, isTakenOver)
      return null
    }),
    release: os.release.handler(async ({ input: { caseId } }) => {
      await presence.release(caseId)
      return null
    }),
  }
}
