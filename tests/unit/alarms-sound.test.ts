/** What alarms sound like: told apart by rhythm, not by pitch alone, and short enough to repeat. */
import { expect, test } from 'vitest'
import { patterns, repeatMs, repeats } from '../../renderer/alarms/alarm-sound.ts'

test('each kind has a rhythm of its own, and ends before it is repeated', () => {
  const rhythms = Object.values(patterns).map((tones) => JSON.stringify(tones.map(({ at, seconds }) => [at, seconds])))
  expect(new Set(rhythms).size).toBe(rhythms.length)
  for (const tones of Object.values(patterns)) {
    for (const { at, seconds } of tones) expect((at + seconds) * 1000).toBeLessThan(repeatMs / 2)
  }
})

test('a warning is heard once, what is late or supervised until it is acknowledged', () => {
  expect([repeats('soon'), repeats('late'), repeats('supervised')]).toEqual([false, true, true])
})
