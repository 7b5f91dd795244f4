/** A shift is handed over by the next person's own account, with a record that stays as it was. */
import { expect, test } from 'vitest'
import type { HandOverState, MatterKind } from '../../native/contract/duty.ts'
import { openDutyConsole, stateOf } from './duty-console.ts'
import { casePut } from './support.ts'

const countOf = ({ matters }: Pick<HandOverState, 'matters'>, kind: MatterKind) =>
  matters.find((candidate) => candidate.kind === kind)?.count

test('what stands open is gathered, noted, handed over and kept as it was', async () => {
  const { district, client, account, signIn } = await openDutyConsole()
  const state = (isMeant: (state: HandOverState) => boolean) =>
    stateOf((signal) => client.handOver.watch(undefined, { signal }), isMeant)
  const now = Date.now()
  const limit = (dueAt: number) => ({ startedAt: 1, dueAt, stoppedAt: null, kind: 'urgent-hours' as const })
  const by = { id: 'p-7', name: '赵六', role: 'grid-member' }
  const request = { kind: 'extension' as const, by, at: now, reason: '需要吊车', duration: null }
  district.hub.publishMany(district.subCenter, [
    casePut({ id: 'late', number: 'A', limit: limit(now - 1000) }),
    casePut({ id: 'soon', number: 'B', limit: limit(now + 600_000), supervised: true }),
    casePut({ id: 'back', number: 'C', state: 'filed', returns: 1, limit: limit(now + 9e7) }),
    casePut({ id: 'asks', number: 'D', state: 'handling', request, limit: limit(now + 9e7) }),
    casePut({ id: 'over', number: 'E', state: 'closed', limit: limit(now - 1000) }),
  ])
  const operator = await signIn('operator')
  const open = await state(({ matters }) => matters.some(({ count }) => count > 0))
  const counts = ['overdue', 'due-soon', 'supervised', 'returned', 'requests', 'parked', 'waiting'] as const
  expect(counts.map((kind) => countOf(open, kind))).toEqual([1, 1, 1, 1, 1, 0, 0])
  await client.handOver.draft({ notes: '小堡村停电，18 点恢复' })

  await expect(client.handOver.complete(account('operator'))).rejects.toMatchObject({ code: 'invalid' })
  await expect(client.handOver.complete(account('administrator'))).rejects.toMatchObject({ code: 'forbidden' })
  await expect(client.handOver.complete({ ...account('duty-leader'), password: 'x' })).rejects.toMatchObject({
    data: { reason: 'wrong-credentials' },
  })
  expect(await state(() => true)).toMatchObject({ notes: '小堡村停电，18 点恢复', past: [], since: null })

  const record = await client.handOver.complete(account('duty-leader'))
  expect(record).toMatchObject({ from: { name: operator.name }, to: { name: '李秀兰' }, since: null })
  expect(record.notes).toBe('小堡村停电，18 点恢复')
  const session = await (await client.session.watch()).next()
  expect(session.value).toMatchObject({ snapshot: { name: '李秀兰' } })

  district.hub.publish(district.subCenter, casePut({ id: 'late', state: 'closed', limit: null, version: 2 }))
  const after = await state((shown) => countOf(shown, 'overdue') === 0)
  expect(after).toMatchObject({ notes: '', since: record.at, past: [{ id: record.id }] })
  expect(countOf(await client.handOver.read({ id: record.id }), 'overdue')).toBe(1)
  await expect(client.handOver.read({ id: 'none' })).rejects.toMatchObject({ code: 'not-found' })
})
