/** Answers the part of the contract that is about backups and what was rescued. */
import type { Follow, Implementer, Parts } from './router.ts'
import { wholeState } from './topic.ts'

export function backupRoutes(os: Implementer['backups'], { session, backups }: Parts, follow: Follow) {
  return {
    watch: os.watch.handler(({ signal }) =>
      follow(wholeState(backups.changed, backups.state), signal, session.scope()),
    ),
    now: os.now.handler(() => backups.now(session.require())),
    verify: os.verify.handler(({ input }) => backups.verify(input)),
    restore: os.restore.handler(async ({ input }) => {
      await backups.restore(session.require(), input)
      return null
    }),
    acknowledge: os.acknowledge.handler(({ input: { recoveryId } }) => {
      backups.acknowledge(session.require(), recoveryId)
      return null
    }),
    totals: os.totals.handler(({ input: { from, to } }) => backups.totals(from, to)),
  }
}
