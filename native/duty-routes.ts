/** Answers the part of the contract that is about the shift. */
import type { Follow, Implementer, Parts } from './router.ts'
import type { Signal } from './signal.ts'
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

export function handOverRoutes(os: Implementer['handOver'], parts: Parts, follow: Follow) {
  const { session, handOvers, casesChanged } = parts
  const changed = { subscribe: (listener: (value: unknown) => void) => both(casesChanged, handOvers.changed, listener) }
  return {
    watch: os.watch.handler(({ signal }) => follow(wholeState(changed, handOvers.state), signal, session.scope())),
    draft: os.draft.handler(({ input: { notes } }) => {
      handOvers.note(notes)
      return null
    }),
    complete: os.complete.handler(async ({ input: { account, password } }) => {
      const handOver = await handOvers.complete(account, password)
      // What the one who leaves was watching ends with their session.
      parts.watches.releaseAll()
      return handOver
    }),
    read: os.read.handler(({ input: { id } }) => handOvers.read(id)),
  }
}

export function instructionRoutes(os: Implementer['instructions'], { session, instructions }: Parts, follow: Follow) {
  return {
    watch: os.watch.handler(({ signal }) =>
      follow(wholeState(instructions.changed, instructions.list), signal, session.scope()),
    ),
    targets: os.targets.handler(({ input: { kind, text } }) => instructions.targets(kind, text)),
    send: os.send.handler(({ input }) => {
      instructions.send(session.require(), input)
      return null
    }),
  }
}

function both(one: Signal<unknown>, other: Signal<unknown>, listener: (value: unknown) => void): () => void {
  const stops = [one.subscribe(listener), other.subscribe(listener)]
  return () => stops.forEach((stop) => stop())
}
