/** The map's lists by id, and the store on native parts: what is put, moved and removed comes over as such. */
import { createPinia } from 'pinia'
import fc from 'fast-check'
import { describe, expect, it, onTestFinished } from 'vitest'
import { createApp, nextTick } from 'vue'
import { systemClock } from '../../native/clock.ts'
import type { Grid, StaffPosition } from '../../native/contract/places.ts'
import { differGrids } from '../../native/places/grid-store.ts'
import { createStaffPositions, differStaff } from '../../native/places/staff-positions.ts'
import { createEmitter } from '../../native/signal.ts'
import { followTopic } from '../../native/topic.ts'
import type { ContractClient } from '../../renderer/host/host.ts'
import { createLink, linkKey } from '../../renderer/link/link.ts'
import { applyListDelta, byKey } from '../../renderer/stores/list-delta.ts'
import { useMapStore } from '../../renderer/stores/map.ts'
import { eventually, monday } from './support.ts'

const grid = (code: string, name = code): Grid => ({
  ...{ code, name, stationCode: 's', stationName: '小堡村', leader: null },
  polygon: [
    [116, 39],
    [117, 39],
    [117, 40],
  ],
})
const person = (id: string, at: number, longitude = 116.7): StaffPosition => ({
  ...{ id, name: id, role: 'grid-member', longitude, latitude: 39.9, at },
})

describe('lists by id', () => {
  it('come to the same by deltas as by reading everything again', () => {
    const lists = fc.array(fc.dictionary(fc.constantFrom('a', 'b', 'c', 'd', 'e'), fc.constantFrom('one', 'two')), {
      maxLength: 8,
    })
    const gridsOf = (list: Record<string, string>) => Object.entries(list).map(([code, name]) => grid(code, name))
    fc.assert(
      fc.property(lists, (all) => {
        const keyOf = ({ code }: Grid) => code
        let before: Grid[] = []
        let held = byKey(before, keyOf)
        for (const list of all) {
          const after = gridsOf(list)
          const delta = differGrids(before, after)
          if (delta) held = applyListDelta(held, delta, keyOf)
          expect(Object.fromEntries(held)).toEqual(Object.fromEntries(byKey(after, keyOf)))
          before = after
        }
      }),
    )
  })
})

describe('the map store', () => {
  function open() {
    const heard = createEmitter<readonly StaffPosition[]>()
    const staff = createStaffPositions({
      heard,
      hubNow: () => monday,
      clock: { ...systemClock, sleep: async () => {} },
    })
    const gridsChanged = createEmitter<void>()
    let grids: readonly Grid[] = [grid('g1'), grid('g2')]
    const never = createEmitter<void>()
    const serve = async (source: Parameters<typeof followTopic>[0], signal: AbortSignal) =>
      followTopic(source, systemClock, signal)
    const empty = { changed: never, read: () => [], differ: () => undefined }
    let following = 0
    const counted = async (source: Parameters<typeof followTopic>[0], signal: AbortSignal) => {
      following += 1
      signal.addEventListener('abort', () => (following -= 1))
      return await serve(source, signal)
    }
    type Options = { signal: AbortSignal }
    const client = {
      places: {
        grids: (_: unknown, { signal }: Options) =>
          counted({ changed: gridsChanged, read: () => grids, differ: differGrids as never }, signal),
        staff: (_: unknown, { signal }: Options) =>
          counted({ changed: staff.changed, read: staff.all, differ: differStaff as never }, signal),
        cases: (_: unknown, { signal }: Options) => counted(empty, signal),
        baseMap: async () => null,
      },
      cameras: { list: (_: unknown, { signal }: Options) => counted(empty, signal) },
    } as unknown as ContractClient
    const link = createLink({
      can: () => false,
      openWall: () => Promise.resolve(),
      displays: () => Promise.resolve([]),
      connect: async () => ({ client, closed: new Promise<void>(() => undefined), close: () => undefined }),
    })
    onTestFinished(() => (link.close(), staff.close()))
    const app = createApp({}).provide(linkKey, link).use(createPinia())
    return {
      store: app.runWithContext(() => useMapStore()),
      heard,
      following: () => following,
      redraw(next: readonly Grid[]) {
        grids = next
        gridsChanged.emit()
      },
    }
  }

  it('follows while somebody looks, and stops with the last of them', async () => {
    const { store, following, redraw, heard } = open()
    store.open()
    store.open()
    await eventually(() => store.grids?.size === 2 && store.cases && store.baseMap === null)
    expect(store.freshness).toBe('live')
    redraw([grid('g1', 'another'), grid('g3')])
    await eventually(() => store.grids?.has('g3'))
    expect([...store.grids!.keys()]).toEqual(['g1', 'g3'])
    expect(store.grids!.get('g1')!.name).toBe('another')
    heard.emit([person('p1', monday)])
    await eventually(() => store.staff?.size === 1)
    expect(following()).toBe(4)
    store.close()
    expect(following()).toBe(4)
    store.close()
    await nextTick()
    expect(following()).toBe(0)
    expect(store.grids).toBeNull()
  })

  it('switches layers one by one', () => {
    const { store } = open()
    store.toggle('cases')
    expect([...store.hidden]).toEqual(['cases'])
    store.toggle('cases')
    expect(store.hidden.size).toBe(0)
  })
})
