/** Topics: a snapshot, then deltas without gaps, nothing for nothing, and an end that leaves nobody listening. */
import fc from 'fast-check'
import { expect, test } from 'vitest'
import type { Clock } from '../../native/clock.ts'
import { createEmitter } from '../../native/signal.ts'
import { followTopic, wholeState } from '../../native/topic.ts'

const instantly: Clock = { now: () => 0, sleep: () => Promise.resolve() }

function counted<T>() {
  const emitter = createEmitter<T>()
  let listeners = 0
  return {
    emit: emitter.emit,
    listeners: () => listeners,
    subscribe(listener: (value: T) => void) {
      listeners += 1
      const stop = emitter.subscribe(listener)
      return () => {
        listeners -= 1
        stop()
      }
    },
  }
}

test('a reader that follows the deltas always ends with the newest state, however writes and reads interleave', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.oneof(fc.integer({ min: 0, max: 3 }), fc.constant('read' as const))),
      async (script) => {
        const changed = counted<void>()
        let state = 0
        const closing = new AbortController()
        const topic = followTopic(
          wholeState(changed, () => state),
          instantly,
          closing.signal,
        )
        let seen = -1
        let sequence = -1
        const take = async () => {
          const { value } = await topic.next()
          if (!value) return
          expect(value.sequence).toBe(sequence + 1)
          sequence = value.sequence
          seen = value.kind === 'snapshot' ? value.snapshot : value.delta
        }
        await take()
        for (const step of script) {
          if (step === 'read') {
            if (seen !== state) await take()
          } else {
            state = step
            changed.emit()
          }
        }
        if (seen !== state) await take()
        expect(seen).toBe(state)
        closing.abort()
        expect((await topic.next()).done).toBe(true)
        expect(changed.listeners()).toBe(0)
      },
    ),
  )
})

test('a topic that its reader abandons stops listening', async () => {
  const changed = counted<void>()
  const topic = followTopic(
    wholeState(changed, () => 1),
    instantly,
    undefined,
  )
  await topic.next()
  expect(changed.listeners()).toBe(1)
  await topic.return()
  expect(changed.listeners()).toBe(0)
})
