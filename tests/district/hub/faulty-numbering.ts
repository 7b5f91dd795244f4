/** Lets a faulty hub do operations more or less often than it says, while the true hub behind it still sees numbers without gaps. */
import type { PushedOperation } from './faulty-hub.ts'

export type HowOften = 'once' | 'again' | 'forget'

/** How far a workstation believes to be, and how far the true hub is with it. */
interface Count {
  said: number
  real: number
}

/** Ids of repetitions are made up at the hub and taken back in everything that it answers. */
const repetition = /~again-\d+~/g

export function createNumbering() {
  const counts = new Map<string, Count>()
  const done = new Map<string, 'done' | 'forgotten'>()
  let repeated = 0

  function original<T>(reply: T): T {
    return JSON.parse(JSON.stringify(reply).replaceAll(repetition, '')) as T
  }

  return {
    original,
    /** Carries out a batch. A fault leaves everything as it was. */
    async carry(
      clientId: string,
      ops: readonly PushedOperation[],
      carryOut: (body: unknown) => Promise<object>,
      howOften: (one: PushedOperation) => HowOften,
    ): Promise<object> {
      const count: Count = { ...(counts.get(clientId) ?? { said: 0, real: 0 }) }
      const forgotten: string[] = []
      const sent: PushedOperation[] = []
      for (const one of ops) {
        const often = howOften(one)
        const before = done.get(one.opId)
        const isNew = before === undefined
        if (before === 'forgotten' || (isNew && often === 'forget' && one.clientSeq === count.said + 1)) {
          forgotten.push(one.opId)
          count.said = Math.max(count.said, one.clientSeq)
          continue
        }
        const isAgain = !isNew && often === 'again'
        // Numbers that are wrong stay wrong by as much.
        const real = isAgain ? count.real + 1 : one.clientSeq - count.said + count.real
        sent.push({ ...one, opId: isAgain ? `${one.opId}~again-${(repeated += 1)}~` : one.opId, clientSeq: real })
        count.real = Math.max(count.real, real)
        count.said = Math.max(count.said, one.clientSeq)
      }
      const reply = sent.length > 0 ? original(await carryOut({ ops: sent })) : { ok: true, results: [] }
      if (!('results' in reply)) return reply
      counts.set(clientId, count)
      for (const { opId } of ops) done.set(opId, forgotten.includes(opId) ? 'forgotten' : 'done')
      const results = new Map((reply.results as { opId: string }[]).map((result) => [result.opId, result]))
      const say = (opId: string) => results.get(opId) ?? { opId, status: 'applied', why: '' }
      return { ...reply, results: ops.map(({ opId }) => say(opId)) }
    },
  }
}
