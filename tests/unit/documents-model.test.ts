/** However workstations save, remove, lose answers, restart and meet a restored hub: in step, all show the same, and nothing saved is gone. */
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { bringInStep, createHub, documentsOf, openWorkstation, type Workstation } from './documents-parts.ts'

const who = fc.nat(2)
const place = fc.nat(2)
const action = fc.oneof(
  { weight: 6, arbitrary: fc.record({ what: fc.constant('save' as const), who, place }) },
  { weight: 1, arbitrary: fc.record({ what: fc.constant('new' as const), who }) },
  { weight: 2, arbitrary: fc.record({ what: fc.constant('remove' as const), who, place }) },
  { weight: 6, arbitrary: fc.record({ what: fc.constant('send' as const), who, isAnswerLost: fc.boolean() }) },
  {
    weight: 5,
    arbitrary: fc.record({ what: fc.constant('pull' as const), who, most: fc.integer({ min: 1, max: 4 }) }),
  },
  { weight: 1, arbitrary: fc.record({ what: fc.constant('snapshot' as const), who, isCut: fc.boolean() }) },
  { weight: 1, arbitrary: fc.record({ what: fc.constant('restart' as const), who }) },
)
const spell = fc.array(action, { maxLength: 20, size: 'max' })
const history = fc.record({ before: spell, between: spell, after: spell, isRestored: fc.boolean() })
type Action = typeof action extends fc.Arbitrary<infer T> ? T : never

/** Plays a history and answers what was saved (by token), and what each later save or removal knew of. */
function play(actions: readonly Action[], world: World): void {
  for (const one of actions) {
    const station = world.stations[one.who]
    if (!station) continue
    const shown = 'place' in one ? station.shown()[one.place] : undefined
    if (one.what === 'new') world.save(station, `doc-${world.saved.length}`, '早班', null)
    else if (one.what === 'save' && shown) world.save(station, shown.id, shown.name, tokenOf(shown.body))
    else if (one.what === 'remove' && shown) {
      world.known.add(tokenOf(shown.body))
      station.share(shown.id, shown.name, null)
    } else if (one.what === 'send') station.send(world.hub, one.isAnswerLost)
    else if (one.what === 'pull') station.pull(world.hub, one.most)
    else if (one.what === 'snapshot') station.takeSnapshot(world.hub, one.isCut)
    else if (one.what === 'restart') station.restart()
  }
}
const tokenOf = (body: unknown) => (body as { token: string }).token

function openWorld(stations: readonly Workstation[]) {
  const saved: string[] = []
  const known = new Set<string>()
  for (const station of stations) station.clear()
  const world = {
    hub: createHub(),
    stations,
    saved,
    known,
    save(station: Workstation, id: string, name: string, knows: string | null) {
      const token = `token-${saved.length}`
      saved.push(token)
      if (knows !== null) known.add(knows)
      station.share(id, name, token)
    },
  }
  const [first] = stations
  if (first) for (const id of ['first', 'second']) world.save(first, id, '早班', null)
  bringInStep(world.hub, stations)
  return world
}
type World = ReturnType<typeof openWorld>

test('nothing that was saved is lost or doubled, and all workstations show the same', { timeout: 120_000 }, () => {
  const stations = ['SZ-01', 'SZ-02', 'SZ-03'].map(openWorkstation)
  fc.assert(
    fc.property(history, ({ before, between, after, isRestored }) => {
      const world = openWorld(stations)
      const { hub, saved, known } = world
      play(before, world)
      hub.keep()
      play(between, world)
      if (isRestored) hub.restore()
      play(after, world)
      bringInStep(hub, stations)

      const documents = documentsOf(hub)
      const held = documents.map(({ id, name, body }) => ({ id, name, body })).toSorted(byId)
      for (const station of stations) {
        const shown = station.shown()
        expect(shown.filter(({ isWaiting }) => isWaiting)).toEqual([])
        expect(shown.map(({ id, name, body }) => ({ id, name, body })).toSorted(byId)).toEqual(held)
      }
      const current = documents.map(({ body }) => tokenOf(body))
      expect(saved.filter((token) => !known.has(token) && !current.includes(token))).toEqual([])
      expect(new Set(current).size).toBe(current.length)
    }),
    { numRuns: 60 },
  )
})

const byId = (left: { id: string }, right: { id: string }) => (left.id < right.id ? -1 : 1)
