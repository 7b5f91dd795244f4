import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { type Release, SessionBudget } from '../../native/media/session-budget.ts'

const never = new AbortController().signal
const settle = () => new Promise((resolve) => setImmediate(resolve))

describe('an owner’s sessions', () => {
  test('are any number until it is limited, each owner for itself', () => {
    const budget = new SessionBudget()
    expect([1, 2, 3].map(() => budget.take('a'))).not.toContain(null)
    budget.limit('b', 1)
    expect(budget.take('b')).not.toBeNull()
    expect(budget.take('b')).toBeNull()
    expect(budget.take('a')).not.toBeNull()
  })

  test('go to those who wait in the order in which they came, and a higher limit lets them in at once', async () => {
    const budget = new SessionBudget()
    budget.limit('a', 1)
    const first = budget.take('a')
    const served: string[] = []
    const wait = (name: string) => budget.wait('a', never).then((release) => (served.push(name), release))
    const [second] = [wait('second'), wait('third'), wait('fourth')]
    first?.()
    first?.()
    await settle()
    expect(served).toEqual(['second'])
    expect(budget.take('a')).toBeNull()
    budget.limit('a', 2)
    await settle()
    expect(served).toEqual(['second', 'third'])
    ;(await second)()
    await settle()
    expect(served).toEqual(['second', 'third', 'fourth'])
  })

  test('are never more than allowed and never idle while somebody waits, whoever comes, goes or gives up', async () => {
    const step = fc.record({
      kind: fc.constantFrom('take', 'wait', 'release', 'abort', 'abort-served'),
      at: fc.nat(20),
    })
    await fc.assert(
      fc.asyncProperty(fc.integer({ min: 0, max: 3 }), fc.array(step, { maxLength: 40 }), async (most, steps) => {
        const budget = new SessionBudget()
        budget.limit('a', most)
        const open = new Set<Release>()
        const waiting = new Set<AbortController>()
        for (const { kind, at } of steps) {
          if (kind === 'take') {
            const release = budget.take('a')
            if (release) open.add(release)
          } else if (kind === 'wait') {
            const giveUp = new AbortController()
            waiting.add(giveUp)
            void budget.wait('a', giveUp.signal).then(
              (release) => (waiting.delete(giveUp), open.add(release)),
              () => waiting.delete(giveUp),
            )
          } else if (kind === 'abort') [...waiting][at % Math.max(1, waiting.size)]?.abort()
          else {
            const release = [...open][at % Math.max(1, open.size)]
            if (!release) continue
            open.delete(release)
            release()
            // Whoever is served in this very moment gives up.
            if (kind === 'abort-served') [...waiting][0]?.abort()
          }
          await settle()
          expect(open.size).toBeLessThanOrEqual(most)
          if (open.size < most) expect(waiting.size).toBe(0)
        }
      }),
      { numRuns: 60 },
    )
  })
})
