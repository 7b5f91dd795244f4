/** Patrols as pages ask for them, on a whole workstation: without the hub first, and what others are told of it when it is back. */
import { expect, test } from 'vitest'
import type { DueWalk, WalkRow } from '../../native/contract/patrol.ts'
import { openDutyConsole, stateOf } from './duty-console.ts'
import { routeOf, stopAt } from './patrol-parts.ts'

test('a patrol is planned and walked while the hub is away, and shared when it is back', async () => {
  const { district, client, signIn } = await openDutyConsole()
  const operator = await signIn('operator')
  await stateOf(
    (signal) => client.link.watch(undefined, { signal }),
    ({ phase }) => phase === 'online',
  )
  await district.stopHub()
  const stops = ['a', 'b'].map((id) => stopAt(id))
  const times = [{ days: 'every-day' as const, at: '12:00', who: '' }]
  await client.patrol.routes.save({
    id: 'r',
    name: '河道',
    body: { ...routeOf(stops, times), revision: 7 },
    isShared: true,
  })
  const routes = await stateOf(
    (signal) => client.patrol.routes.watch(undefined, { signal }),
    () => true,
  )
  expect(routes).toMatchObject([{ id: 'r', isWaiting: true, body: { revision: 1 } }])
  const due = (isMeant: (dues: DueWalk[]) => boolean) =>
    stateOf((signal) => client.patrol.due(undefined, { signal }), isMeant)
  expect((await due(() => true)).map(({ routeId }) => routeId)).toContain('r')

  const { walkId } = await client.patrol.walks.start({ routeId: 'r', runId: null })
  const mark = { walkId, stopId: 'at-a', why: '', caseId: null }
  await client.patrol.walks.arrive({ walkId, stopId: 'at-a' })
  await expect(client.patrol.walks.mark({ ...mark, outcome: 'skipped', why: ' ' })).rejects.toMatchObject({
    code: 'invalid',
  })
  await client.patrol.walks.mark({ ...mark, outcome: 'skipped', why: '施工遮挡' })
  await client.patrol.walks.mark({ ...mark, stopId: 'at-b', outcome: 'nothing' })
  await client.patrol.walks.end({ walkId })
  const look = { watchId: 'none', from: Date.now() - 1_000, to: Date.now(), walkId, stopId: 'at-a' }
  expect(await client.patrol.looks.tell(look)).toEqual({ countedMs: 0 })
  expect(await client.patrol.looks.coverage({ from: 0, to: 1 })).toMatchObject({ rows: [] })
  await stateOf(
    (signal) => client.patrol.checks(undefined, { signal }),
    () => true,
  )

  await district.startHub()
  await stateOf(
    (signal) => client.patrol.routes.watch(undefined, { signal }),
    ([route]) => route?.isWaiting === false,
  )
  const leaving = new AbortController()
  for await (const event of await client.patrol.walks.watch(undefined, { signal: leaving.signal })) {
    const walks: readonly WalkRow[] = event.kind === 'snapshot' ? event.snapshot : event.delta.put
    expect(walks).toMatchObject([
      {
        id: walkId,
        isOwn: true,
        state: 'ended',
        by: { id: operator.id },
        done: [{ why: '施工遮挡' }, { stopId: 'at-b' }],
      },
    ])
    leaving.abort()
  }
}, 60_000)
