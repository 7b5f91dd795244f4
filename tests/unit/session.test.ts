/** A session ends when its hour has come, also while nobody does anything. */
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { createSession } from '../../native/access/session.ts'
import type { Clock } from '../../native/clock.ts'
import { openDatabase } from '../../native/database/open.ts'
import type { HubLink } from '../../native/hub/hub-link.ts'
import { monday, temporaryFolder } from './support.ts'

/** Time that stands until somebody moves it. */
function handClock(start: number) {
  let now = start
  const sleepers = new Set<{ until: number; wake: () => void }>()
  const clock: Clock = {
    now: () => now,
    sleep: (ms, signal) =>
      new Promise((resolve, reject) => {
        const sleeper = { until: now + ms, wake: resolve }
        sleepers.add(sleeper)
        signal?.addEventListener('abort', () => reject(signal.reason as Error), { once: true })
      }),
  }
  return {
    clock,
    async pass(ms: number) {
      now += ms
      for (const sleeper of sleepers) if (sleeper.until <= now) sleeper.wake()
      await Promise.resolve()
      await Promise.resolve()
    },
  }
}

test('what is shown to an operator ends with the session', async () => {
  const database = openDatabase(join(temporaryFolder(), 'console.db'), 'ab'.repeat(32))
  const operator = { id: 'p', account: 'a', name: '王', role: 'operator', subCenter: 'SZ', subCenterName: '宋庄镇' }
  database
    .prepare('INSERT INTO operator_session (only, operator, token, expires_at) VALUES (1, ?, ?, ?)')
    .run(JSON.stringify(operator), 'token', monday + 60_000)
  const { clock, pass } = handClock(monday)
  const link = { request: () => Promise.reject(new Error('no hub')) } as unknown as HubLink
  const session = createSession({ database, link, subCenter: () => 'SZ', recordAudit: () => undefined, clock })
  const scope = session.scope()
  let changes = 0
  session.changed.subscribe(() => (changes += 1))
  expect(session.current()?.name).toBe('王')
  await pass(59_999)
  expect(scope.aborted).toBe(false)
  await pass(1)
  expect(session.current()).toBeNull()
  expect(scope.aborted).toBe(true)
  expect(changes).toBe(1)
  session.close()
  database.close()
})
