/** When sound is heard: in step with the picture, in one piece, and never later and later; and what a page believes of a camera's offer. */
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { parseNotice } from '../../renderer/players/media-notices.ts'
import { dueAt, placeSound, slackOf } from '../../renderer/players/sound-schedule.ts'

/** How long after its receipt each piece of a stream begins to be heard, or null for one that is not; `delays` on the way to the page, in ms. */
function heard(delays: readonly number[], durationMs: number, drift = 1): (number | null)[] {
  let queuedUntil = 0
  return delays.map((delay, index) => {
    const receivedAt = index * durationMs * drift
    const now = receivedAt + delay
    const slackMs = slackOf(delays.slice(Math.max(0, index + 1 - 3_000 / durationMs), index + 1))
    const dueIn = dueAt({ receivedAt, aheadMs: 0, durationMs }, slackMs) - now
    const placing = placeSound({ dueIn, queuedMs: Math.max(0, queuedUntil - now) })
    if (!placing) return null
    queuedUntil = now + placing.startsIn + durationMs
    return now + placing.startsIn - receivedAt
  })
}

describe('placing sound', () => {
  test('pieces that come in time are heard without a seam, a little later than the picture', () => {
    const lags = heard([0, 20, 5, 40, 0, 60, 10, 0], 20)
    expect(lags).toEqual(lags.map(() => 130))
  })

  test('it is never much more than two seconds behind, however pieces come and whatever the clocks do', () => {
    const delay = fc.oneof(fc.nat(40), fc.nat(400), fc.nat(5_000))
    const durations = fc.constantFrom(20, 64, 128, 320)
    const drift = fc.double({ min: 0.9, max: 1.1, noNaN: true })
    fc.assert(
      fc.property(fc.array(delay, { maxLength: 200 }), durations, drift, (delays, durationMs, rate) => {
        for (const lag of heard(delays, durationMs, rate)) if (lag !== null) expect(lag).toBeLessThanOrEqual(2_105)
      }),
    )
  })

  test('a camera whose clock is slow or fast is followed and stays to be heard', () => {
    for (const rate of [0.97, 1.03]) {
      const lags = heard(
        Array.from({ length: 2_000 }, () => 10),
        20,
        rate,
      )
      expect(lags).not.toContain(null)
      expect(Math.max(...lags.slice(-100).map(Number))).toBeLessThanOrEqual(250)
      expect(Math.min(...lags.slice(-100).map(Number))).toBeGreaterThan(0)
    }
  })

  test('after a stall what is old is left out, and the newest is heard in step again', () => {
    const well = Array.from({ length: 150 }, () => 5)
    // All of these came together, half a second after the first of them.
    const stalled = Array.from({ length: 25 }, (_, index) => 500 - index * 20)
    const lags = heard([...well, ...stalled, ...well], 20)
    expect(lags[150]).toBeNull()
    for (const lag of lags.slice(-150)) expect(lag).toBeLessThanOrEqual(250)
    expect(lags.slice(-150)).not.toContain(null)
  })

  test('where everything comes late, sound does too, instead of not at all; and no longer than that', () => {
    const late = Array.from({ length: 200 }, (_, index) => 700 + (index % 7) * 10)
    const well = Array.from({ length: 400 }, () => 5)
    const lags = heard([...late, ...well], 20)
    expect(lags.slice(20, 200)).not.toContain(null)
    expect(Math.max(...lags.slice(-100).map(Number))).toBeLessThanOrEqual(250)
  })

  test('sound that reaches us before its picture waits for it', () => {
    const piece = { receivedAt: 0, durationMs: 20 }
    expect(dueAt({ ...piece, aheadMs: 300 }, 60) - dueAt({ ...piece, aheadMs: 0 }, 60)).toBe(300)
  })
})

test.each<[string, object, boolean]>([
  ['G.711', { state: 'playable', codec: 'alaw', sampleRate: 8000, channels: 1 }, true],
  ['AAC', { state: 'playable', codec: 'mp4a.40.2', sampleRate: 16_000, channels: 2, description: 'FAg=' }, true],
  ['none', { state: 'none' }, true],
  ['a codec by name', { state: 'unsupported', encoding: 'G726-32' }, true],
  ['a rate that no browser takes', { state: 'playable', codec: 'alaw', sampleRate: 1, channels: 1 }, false],
  ['no channels', { state: 'playable', codec: 'alaw', sampleRate: 8000, channels: 0 }, false],
  ['a state of another version', { state: 'perhaps' }, false],
])('an offer of sound is read: %s', (_, offer, isRead) => {
  expect(parseNotice(JSON.stringify({ type: 'sound', stream: 1, offer })) !== null).toBe(isRead)
})
