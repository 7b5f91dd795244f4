/** The feed against the real hub over real sockets: nothing lost, nothing doubled, whatever comes between. */
import { describe, expect, test } from 'vitest'
import { casePut, eventually, sampleHead, sampleStep, temporaryFolder } from '../support.ts'
import { openConsole, openDistrict } from './console-parts.ts'

const many = (from: number, to: number) =>
  Array.from({ length: to - from + 1 }, (_, index) =>
    casePut({ id: `case-${from + index}`, number: `N-${from + index}` }, [
      sampleStep({ id: `step-${from + index}`, caseId: `case-${from + index}` }),
    ]),
  )

describe('the feed', () => {
  test('takes over a snapshot and then follows the tail', async () => {
    const district = await openDistrict()
    district.hub.publishMany(district.subCenter, many(1, 2500))
    const console = openConsole(district.configFile, temporaryFolder())
    await eventually(() => console.cases.total() === 2500 && console.isOnline())
    district.hub.publish(district.subCenter, casePut({ id: 'case-7', state: 'accepted', version: 2 }))
    district.hub.publish(district.subCenter, casePut({ id: 'case-2501' }))
    await eventually(() => console.cases.total() === 2501)
    expect(console.cases.file('case-7', 'operator')).toMatchObject({ state: 'accepted', version: 2 })
    expect(console.cases.file('case-9', 'operator')?.steps).toHaveLength(1)
  })

  test('asks by itself when a poke was lost', async () => {
    const district = await openDistrict()
    const console = openConsole(district.configFile, temporaryFolder(), {}, 20)
    await eventually(console.isOnline)
    district.hub.publishQuietly(district.subCenter, [casePut({ id: 'quiet' })])
    await eventually(() => console.cases.file('quiet', 'operator'))
  })

  test('continues after the hub was away, from where it stopped', async () => {
    const district = await openDistrict()
    district.hub.publishMany(district.subCenter, many(1, 10))
    const console = openConsole(district.configFile, temporaryFolder())
    await eventually(console.isOnline)
    await district.stopHub()
    await eventually(() => console.status.read().phase === 'offline')
    await district.startHub()
    district.hub.publishMany(district.subCenter, many(11, 20))
    console.link.retry()
    await eventually(() => console.cases.total() === 20)
    expect(console.store.position().cursor).toBe(district.hub.head(district.subCenter))
  })

  test('a new epoch brings a new snapshot, and what the hub no longer has goes', async () => {
    const district = await openDistrict()
    const folder = temporaryFolder()
    district.hub.publishMany(district.subCenter, many(1, 10))
    const before = openConsole(district.configFile, folder)
    await eventually(before.isOnline)
    before.database.prepare("UPDATE feed_position SET epoch = 'another'").run()
    before.database.exec("UPDATE cases SET id = 'gone', body = replace(body, 'case-3', 'gone') WHERE id = 'case-3'")
    before.close()
    const after = openConsole(district.configFile, folder)
    await eventually(after.isOnline)
    expect(after.cases.file('gone', 'operator')).toBeNull()
    expect(after.cases.file('case-3', 'operator')).not.toBeNull()
    expect(after.cases.total()).toBe(10)
  })

  test('a cursor that the hub has compacted away brings a snapshot', async () => {
    const district = await openDistrict()
    const folder = temporaryFolder()
    district.hub.publishMany(district.subCenter, many(1, 5))
    const before = openConsole(district.configFile, folder)
    await eventually(before.isOnline)
    before.close()
    const head = district.hub.publishMany(district.subCenter, many(6, 30))
    district.hub.compact(district.subCenter, head - 2)
    const after = openConsole(district.configFile, folder)
    await eventually(() => after.cases.total() === 30)
  })

  test('an unknown class code and an unknown field are kept as they came', async () => {
    const district = await openDistrict()
    const head = { ...sampleHead({ classCode: 'Z9999' }), droneFlight: { id: 5 } }
    district.hub.publishRaw(district.subCenter, [{ kind: 'case', case: head, steps: [] }])
    const console = openConsole(district.configFile, temporaryFolder())
    await eventually(() => console.cases.file('case-1', 'operator'))
    expect(console.cases.window('open', 0, 1, { operatorId: 'person-1', now: 0 }).rows[0]).toMatchObject({
      classCode: 'Z9999',
      className: null,
    })
    const body = console.database.prepare('SELECT body FROM cases').pluck().get() as string
    expect(JSON.parse(body)).toMatchObject({ droneFlight: { id: 5 } })
  })

  test('a change that cannot be understood is set aside and said, and the next ones are applied', async () => {
    const district = await openDistrict()
    const console = openConsole(district.configFile, temporaryFolder())
    await eventually(console.isOnline)
    const broken = { kind: 'case', case: { ...sampleHead({ id: 'bad' }), state: 'melted' }, steps: [] }
    district.hub.publishRaw(district.subCenter, [broken, { kind: 'weather' }, casePut({ id: 'good' })])
    await eventually(() => console.cases.file('good', 'operator'))
    expect(console.cases.file('bad', 'operator')).toBeNull()
    expect(console.status.read().setAside).toBe(2)
    expect(console.notices.list().map(({ kind }) => kind)).toEqual(['change-set-aside', 'change-set-aside'])
    const raw = console.database.prepare('SELECT raw FROM feed_set_aside ORDER BY seq').pluck().all() as string[]
    expect(JSON.parse(raw[0] ?? '')).toMatchObject({ case: { state: 'melted' } })
  })

  test.each([
    ['skips a change', (changes: { seq: number }[]) => changes.toSpliced(1, 1)],
    ['repeats a change', (changes: { seq: number }[]) => [...changes.slice(0, 2), ...changes.slice(1)]],
    ['reorders changes', (changes: { seq: number }[]) => changes.toReversed()],
    ['holds changes back', () => []],
  ])('a hub that %s is not believed', async (_name, spoil) => {
    const district = await openDistrict()
    const console = openConsole(district.configFile, temporaryFolder())
    await eventually(console.isOnline)
    let pulls = 0
    district.hub.setAlterReply((event, reply) => {
      if (event !== 'feed.pull') return reply
      pulls += 1
      return { ...reply, changes: spoil((reply as { changes: { seq: number }[] }).changes) }
    })
    district.hub.publishMany(district.subCenter, many(1, 4))
    await eventually(() => pulls >= 2)
    expect(console.cases.total()).toBe(0)
    district.hub.setAlterReply(null)
    await eventually(() => console.cases.total() === 4)
  })

  test('a snapshot that ends too early removes nothing', async () => {
    const district = await openDistrict()
    const folder = temporaryFolder()
    district.hub.publishMany(district.subCenter, many(1, 10))
    const before = openConsole(district.configFile, folder)
    await eventually(before.isOnline)
    before.database.prepare("UPDATE feed_position SET epoch = 'another'").run()
    before.close()
    let pages = 0
    district.hub.setAlterReply((event, reply) => {
      if (event !== 'snapshot.page') return reply
      pages += 1
      return { ...reply, items: [], next: null }
    })
    const after = openConsole(district.configFile, folder)
    await eventually(() => pages >= 2)
    expect(after.cases.total()).toBe(10)
    district.hub.setAlterReply(null)
    await eventually(after.isOnline)
    expect(after.store.position().epoch).toBe(district.hub.epoch)
  })

  test('a full disk stops the feed, loses nothing, and the feed goes on when there is room', async () => {
    const district = await openDistrict()
    const console = openConsole(district.configFile, temporaryFolder())
    await eventually(console.isOnline)
    const pages = console.database.pragma('page_count', { simple: true }) as number
    console.database.pragma(`max_page_count = ${pages + 2}`)
    district.hub.publishMany(district.subCenter, many(1, 300))
    await eventually(() => console.status.read().storageFault === 'full')
    expect(console.cases.total()).toBe(0)
    expect(console.notices.list()).toMatchObject([{ kind: 'storage', detail: 'full' }])
    console.database.pragma('max_page_count = 1000000')
    await eventually(() => console.cases.total() === 300)
    expect(console.status.read().storageFault).toBeNull()
  })
})
