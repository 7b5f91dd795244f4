/** Places in native: grids kept, staff positions merged, cases as points in step with what is written. */
import { join } from 'node:path'
import fc from 'fast-check'
import { describe, expect, it, onTestFinished } from 'vitest'
import { createCameraRegistry } from '../../native/cameras/camera-registry.ts'
import { createCaseParts } from '../../native/cases/case-parts.ts'
import type { CasePoint, StaffPosition } from '../../native/contract/places.ts'
import { openDatabase } from '../../native/database/open.ts'
import { createFeedStore } from '../../native/hub/feed-store.ts'
import { fieldPositions } from '../../native/hub/protocol.ts'
import { createCasePoints } from '../../native/places/case-points.ts'
import { createGridStore } from '../../native/places/grid-store.ts'
import { createStaffPositions, differStaff } from '../../native/places/staff-positions.ts'
import { createEmitter } from '../../native/signal.ts'
import { applyListDelta, byKey } from '../../renderer/stores/list-delta.ts'
import { startDistrict } from '../district/district.ts'
import { createGeography } from '../district/geography/geography.ts'
import { createField, gridPuts } from '../district/grids-feed.ts'
import { casePut, monday, sampleHead, silent, temporaryFolder } from './support.ts'

function openParts() {
  const database = openDatabase(join(temporaryFolder(), 'console.db'), 'ab'.repeat(32))
  onTestFinished(() => void database.close())
  const cases = createCaseParts(database)
  const grids = createGridStore(database)
  const store = createFeedStore(database, cases.store, createCameraRegistry(database), () => 'client', grids)
  let seq = 0
  const apply = (puts: readonly unknown[]) =>
    store.applyChanges(
      'epoch',
      puts.map((put) => ({ seq: ++seq, at: monday, put })),
      monday,
    )
  return { database, cases, grids, store, apply }
}

describe('grids', () => {
  const geography = createGeography(1)

  it('come over the feed, all 1,809 of them, and go when they are redrawn', () => {
    const { grids, apply, store } = openParts()
    const puts = gridPuts(geography, null)
    expect(apply(puts)).toMatchObject({ grids: 1_809, setAside: [] })
    expect(grids.all()).toHaveLength(1_809)
    expect(grids.all()).toBe(grids.all())
    apply([{ ...puts[0], removed: true }])
    expect(grids.all()).toHaveLength(1_808)
    const generation = store.beginSnapshot()
    store.applySnapshotItems(generation, puts.slice(0, 3))
    store.endSnapshot(generation, 'another', 1, monday)
    expect(grids.all()).toHaveLength(3)
  })

  it('are set aside when they are not grids', () => {
    const { grids, apply } = openParts()
    const [put] = gridPuts(geography, '110112104')
    const wrong = { ...put, grid: { ...(put as { grid: object }).grid, polygon: [[116, 39]] } }
    expect(apply([wrong]).setAside).toHaveLength(1)
    expect(grids.all()).toEqual([])
  })

  it('of the console are published by the district, with leaders', async () => {
    const district = await startDistrict({ folder: temporaryFolder(), clock: Date.now, log: silent })
    onTestFinished(() => district.close())
    const own = gridPuts(district.geography, district.subCenter)
    expect(own.length).toBe(district.geography.gridsOf(district.subCenter).length)
    expect(district.hub.head(district.subCenter)).toBeGreaterThan(own.length)
  })
})

describe('staff positions', () => {
  function open() {
    const heard = createEmitter<readonly StaffPosition[]>()
    let now = monday
    let wake: (() => void) | null = null
    const clock = { now: () => now, sleep: () => new Promise<void>((resolve) => (wake = resolve)) }
    const staff = createStaffPositions({ heard, hubNow: () => now, clock })
    let told = 0
    staff.changed.subscribe(() => (told += 1))
    onTestFinished(staff.close)
    return {
      staff,
      heard,
      told: () => told,
      async passSecond() {
        wake?.()
        await Promise.resolve()
        await Promise.resolve()
      },
      setNow: (at: number) => (now = at),
    }
  }
  const at = (id: string, time: number): StaffPosition => ({
    ...{ id, name: id, role: 'grid-member', longitude: 116.7, latitude: 39.9, at: time },
  })

  it('keep the newest of each, tell once a second, and forget after half a day', async () => {
    const { staff, heard, told, passSecond, setNow } = open()
    heard.emit([at('a', monday), at('b', monday)])
    heard.emit([at('a', monday - 5_000)])
    heard.emit([at('b', monday + 5_000)])
    expect(told()).toBe(0)
    await passSecond()
    expect(told()).toBe(1)
    expect(staff.all().map(({ id, at }) => [id, at - monday])).toEqual([
      ['a', 0],
      ['b', 5_000],
    ])
    setNow(monday + 13 * 3_600_000)
    heard.emit([at('c', monday + 13 * 3_600_000)])
    expect(staff.all().map(({ id }) => id)).toEqual(['c'])
  })

  it('differ by who moved and who is gone', () => {
    const [a, b, c] = [at('a', 1), at('b', 1), at('c', 1)]
    expect(differStaff([a, b], [a, c])).toEqual({ put: [c], removed: ['b'] })
    expect(differStaff([a], [a])).toBeUndefined()
  })

  it('of the simulated district are of the protocol, within their grids, and move', () => {
    const geography = createGeography(1)
    const sent: unknown[] = []
    const hub = { emitRaw: (_: string, event: string, payload: unknown) => sent.push([event, payload]) }
    const field = createField({
      ...{ hub: () => hub as never, geography, subCenter: '110112104', seed: 1, clock: () => monday },
    })
    field.advance()
    field.advance()
    const [first, second] = sent.map((each) => {
      const [event, payload] = each as [string, unknown]
      expect(event).toBe('field.positions')
      return fieldPositions.parse(payload).positions
    })
    expect(first!.length).toBeGreaterThan(40)
    expect(second).not.toEqual(first)
    for (const { longitude, latitude } of first!) {
      expect(geography.gridAt([longitude, latitude])?.subCenter).toBe('110112104')
    }
  })
})

describe('cases as points', () => {
  const id = ({ id }: CasePoint) => id

  it('are read once, then only what was written, also when a transaction is rolled back', () => {
    const { database, apply } = openParts()
    apply([casePut({ id: 'a' }), casePut({ id: 'b', supervised: true }), casePut({ id: 'c', state: 'closed' })])
    const points = createCasePoints({ database, most: 100 })
    const first = points.all()
    expect(first.map(id)).toEqual(['a', 'b'])
    expect(first[1]).toMatchObject({ supervised: true, state: 'reported', gridCode: 'SZ-0817', className: null })
    expect(points.all()).toBe(first)
    apply([casePut({ id: 'a', version: 2, state: 'accepted' }), casePut({ id: 'd' })])
    const second = points.all()
    expect(points.differ(first, second)).toEqual({ put: [second[0], second[2]], removed: [] })
    apply([casePut({ id: 'b', version: 3, state: 'closed' })])
    const third = points.all()
    expect(points.differ(second, third)).toEqual({ put: [], removed: ['b'] })
    expect(points.differ(first, third)?.removed).toEqual(['b'])
    expect(() =>
      database.transaction(() => {
        database.exec(`UPDATE cases SET supervised = 1`)
        throw new Error('no')
      })(),
    ).toThrow('no')
    expect(points.all()).toBe(third)
  })

  it('by deltas come to the same as read anew, whatever is written', () => {
    const states = fc.constantFrom('reported', 'filed', 'closed', 'rejected' as const)
    const write = fc.record({
      id: fc.constantFrom('a', 'b', 'c', 'd', 'e', 'f'),
      state: states,
      supervised: fc.boolean(),
    })
    const rounds = fc.array(fc.array(write, { maxLength: 6 }), { maxLength: 8 })
    fc.assert(
      fc.property(rounds, (all) => {
        const { database, apply } = openParts()
        const points = createCasePoints({ database, most: 100 })
        let before = points.all()
        let held = byKey(before, id)
        let version = 1
        for (const writes of all) {
          apply(writes.map((each) => casePut({ ...each, version: (version += 1) })))
          const after = points.all()
          const delta = points.differ(before, after)
          if (delta) held = applyListDelta(held, delta, id)
          const rows = database.prepare('SELECT id, state, supervised FROM cases WHERE is_open = 1 ORDER BY id').all()
          const shown = [...held.values()].map(({ id, state, supervised }) => ({ id, state, supervised: +supervised }))
          expect(shown.toSorted((one, other) => (one.id < other.id ? -1 : 1))).toEqual(rows)
          before = after
        }
      }),
      { numRuns: 25 },
    )
  })

  it('are those that are due first when there are too many, and come back when there is room', () => {
    const { database, apply } = openParts()
    const due = (hours: number) => ({ ...sampleHead().limit!, dueAt: monday + hours * 3_600_000 })
    apply(Array.from({ length: 30 }, (_, index) => casePut({ id: `c${index}`, limit: due(30 - index) })))
    const points = createCasePoints({ database, most: 10 })
    expect(points.all().map(id).slice(0, 2)).toEqual(['c29', 'c28'])
    expect(points.all()).toHaveLength(10)
  })
})
