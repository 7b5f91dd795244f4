/** Scenes and tours as pages ask for them: kept before they are sent, sent once, one person's own, and left alone where a newer console made them. */
import { expect, test } from 'vitest'
import type { Kept, Scene } from '../../native/contract/wall.ts'
import { copyName } from '../../native/documents/copy-name.ts'
import { openDutyConsole, stateOf } from './duty-console.ts'

const body: Scene = { layout: '4', tiles: ['lb-001', null, null, null], free: [] }

test('a scene waits for the hub, arrives once, and stays one person’s where it is not shared', async () => {
  const { district, client, signIn } = await openDutyConsole()
  const scenes = (isMeant: (kept: Kept<Scene>[]) => boolean) =>
    stateOf((signal) => client.wall.scenes.watch(undefined, { signal }), isMeant)
  const operator = await signIn('operator')
  await district.stopHub()
  await client.wall.scenes.save({ id: 's-1', name: '早班', body, isShared: true })
  await client.wall.scenes.save({ id: 's-2', name: '自用', body, isShared: false })
  expect(await scenes(() => true)).toMatchObject([
    { id: 's-1', name: '早班', isShared: true, isWaiting: true, by: { id: operator.id } },
    { id: 's-2', isShared: false, isWaiting: false },
  ])

  // Taken, but the answer is a failure: the same save comes again and counts once.
  const failure = { ok: false, fault: { code: 'internal', message: 'lost' } }
  let tries = 0
  await district.startHub({
    alterReply: (event, reply) => (event === 'document.save' && tries++ === 0 ? failure : reply),
  })
  const head = () => district.hub.head(district.subCenter)
  await scenes((kept) => kept.some(({ id, isWaiting }) => id === 's-1' && !isWaiting))
  const before = head()
  await client.wall.scenes.save({ id: 's-1', name: '早班', body: { ...body, layout: '9' }, isShared: true })
  await scenes(([first]) => first?.body.layout === '9' && !first.isWaiting)
  expect([tries, head() - before]).toEqual([3, 1])

  await signIn('duty-leader')
  expect((await scenes(() => true)).map(({ id }) => id)).toEqual(['s-1'])
  const taken = client.wall.scenes.save({ id: 's-2', name: '自用', body, isShared: true })
  await expect(taken).rejects.toMatchObject({ code: 'forbidden', data: { reason: 'not-yours' } })
  for (let round = 0; round < 2; round += 1) await client.wall.scenes.remove({ id: 's-1' })
  await scenes((kept) => kept.length === 0)
}, 60_000)

test('the name of a copy says where and when, and is never too long', () => {
  const at = Date.UTC(2026, 10, 23, 13, 4)
  expect(copyName('早班', 'SZ-02', at)).toBe('早班(SZ-02 11-23 21:04)')
  const long = copyName('𠮷'.repeat(30), 'SZ-02', at)
  expect(long.length).toBeLessThanOrEqual(60)
  expect(long.isWellFormed()).toBe(true)
})
