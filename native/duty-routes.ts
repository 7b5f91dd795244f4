/** Answers the part of the contract that is about the shift. */
import type { Follow, Implementer, Parts } from './router.ts'
import { wholeState } from './topic.ts'

export function alarmRoutes(os: Implementer['alarms'], { session, alarms }: Parts, follow: Follow) {
  return {
    watch: os.watch.handler(({ signal }) => follow(wholeState(alarms.changed, alarms.list), signal, session.scope())),
    acknowledge: os.acknowledge.handler(({ input: { alarmId } }) => {
      alarms.acknowledge(alarmId, session.require())
      return null
    }),
    acknowledgeAll: os.acknowledgeAll.handler(() => {
      alarms.acknowledgeAll(session.require())
      return null
    }),
  }
}
