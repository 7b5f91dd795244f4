/** A tile must have said that its picture is old by the time it is two seconds old, not a reading later. */
import { expect, it } from 'vitest'
import { createStreamHealth } from '../../renderer/players/stream-health.ts'

const betweenReadingsMs = 250
const onTheWayMs = 100

it('calls a picture stale at the last reading before it is two seconds old', () => {
  const health = createStreamHealth()
  health.told({ type: 'state', stream: 1, state: 'playing', trouble: null, at: 0 }, 0)
  expect(health.judge(60, 1_500).phase).toBe('playing')
  expect(health.judge(60, 2_000 - betweenReadingsMs - onTheWayMs).phase).toBe('stale')
})
