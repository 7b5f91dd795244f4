/** The map's pure parts: which shape a case has, how old a position is, where a point lies, what is gathered and what gives way. */
import fc from 'fast-check'
import { describe, expect, it, onTestFinished } from 'vitest'
import { effectScope, nextTick, reactive, ref } from 'vue'
import { maxCasePoints } from '../../native/contract/places.ts'
import { cameraOwners, caseStates } from '../../native/contract/vocabulary.ts'
import { clusterMarks, columns, createClusters } from '../../renderer/desks/map/clusters.ts'
import { createRoom } from '../../renderer/desks/map/declutter.ts'
import { areaAt, areaOf, boxOf, isInside } from '../../renderer/desks/map/geometry.ts'
import { caseRank, isOurTurn, lightOrder, ownerOrder, positionAge } from '../../renderer/desks/map/looks.ts'
import { layerKeys, pressOnMap } from '../../renderer/desks/map/map-keys.ts'
import { planeFor } from '../../renderer/desks/map/projection.ts'
import { useSharedSelection } from '../../renderer/desks/map/shared-selection.ts'
import { scaleOf } from '../../renderer/desks/map/scale.ts'
import { mapWords } from '../../renderer/desks/map/words.ts'
import { mapLayers } from '../../renderer/stores/map.ts'
import { createGeography } from '../district/geography/geography.ts'
import { createRandom } from '../district/random.ts'
import { monday } from './support.ts'

const hour = 3_600_000
const limit = { startedAt: monday, dueAt: monday + 4 * hour, stoppedAt: null }

describe('the look of a case', () => {
  it.each([
    [0, 'green'],
    [3 * hour, 'yellow'],
    [4 * hour + 1, 'red'],
  ])('tells its light after %i ms', (after, light) => {
    expect(lightOrder[caseRank({ limit, state: 'handling' }, monday + after)]).toBe(light)
  })

  it('tells a stopped clock, and one that does not run', () => {
    const now = monday + 9 * hour
    const stopped = { ...limit, stoppedAt: monday + hour }
    expect(lightOrder[caseRank({ limit: stopped, state: 'suspended' }, now)]).toBe('stopped')
    expect(lightOrder[caseRank({ limit: null, state: 'filed' }, now)]).toBe('none')
    expect(lightOrder[caseRank({ limit, state: 'closed' }, now)]).toBe('none')
  })

  it('is filled while it is our turn, and has a character for every state in both languages', () => {
    expect(caseStates.filter((state) => !isOurTurn(state))).toEqual([
      'dispatched',
      'handling',
      'suspended',
      'escalated',
    ])
    for (const { map } of Object.values(mapWords) as { map: { stateChars: object; ownerChars: object } }[]) {
      expect(Object.keys(map.stateChars).toSorted()).toEqual(caseStates.toSorted())
      expect(Object.keys(map.ownerChars).toSorted()).toEqual(cameraOwners.toSorted())
    }
  })

  it('knows the owners of the contract, in its order', () => {
    expect(ownerOrder).toEqual(cameraOwners)
    expect(maxCasePoints).toBe(20_000)
  })
})

describe('the age of a position', () => {
  it('is fresh, fades, and is stale; the future counts as now', () => {
    const age = (ms: number) => positionAge(monday - ms, monday)
    expect(age(-hour)).toEqual({ ms: 0, freshness: 'fresh', opacity: 1 })
    expect(age(119_999).freshness).toBe('fresh')
    expect(age(120_000)).toEqual({ ms: 120_000, freshness: 'fading', opacity: 1 })
    expect(age(15 * 60_000)).toEqual({ ms: 900_000, freshness: 'stale', opacity: 0.45 })
  })

  it('never looks younger as it gets older', () => {
    fc.assert(
      fc.property(fc.nat(hour), fc.nat(hour), (one, more) => {
        const [young, old] = [positionAge(monday - one, monday), positionAge(monday - one - more, monday)]
        expect(old.opacity).toBeLessThanOrEqual(young.opacity)
      }),
    )
  })
})

describe('grids in the plane', () => {
  const { project } = planeFor(null)
  const geography = createGeography(1)
  const areas = [...geography.grids.values()].map(({ code, polygon }) => areaOf({ code, name: code, polygon }, project))

  it('hold the points that the ground says they hold, all 1,809 of them', () => {
    const random = createRandom(7, 'points')
    expect(areas).toHaveLength(1_809)
    for (const grid of [...geography.grids.values()].filter((_, index) => index % 9 === 0)) {
      const [x, y] = project(...geography.positionIn(grid, random))
      expect(areaAt(areas, x, y)?.code).toBe(grid.code)
    }
    expect(areaAt(areas, ...project(0, 0))).toBeNull()
  })

  it('have their names inside, where they are wide', () => {
    for (const area of areas) {
      expect(isInside(area, area.labelX, area.labelY)).toBe(true)
      expect(isInside(area, area.labelX + area.labelWidth * 0.49, area.labelY)).toBe(true)
    }
  })

  it('lie within the box around them; none have none', () => {
    const [left, bottom, right, top] = boxOf(areas) ?? []
    expect(areas.every((area) => area.left >= left! && area.right <= right!)).toBe(true)
    expect(areas.every((area) => area.bottom >= bottom! && area.top <= top!)).toBe(true)
    expect(boxOf([])).toBeNull()
  })
})

describe('planes', () => {
  it('take the base map as it is: degrees for EPSG:4490, else Web Mercator', () => {
    const base = { tiles: 'pictures' as const, minLevel: 0, maxLevel: 18, attribution: '' }
    expect(planeFor({ ...base, projection: 'EPSG:4490' }).project(116.7, 39.9)).toEqual([116.7, 39.9])
    expect(planeFor({ ...base, projection: 'EPSG:3857' })).toBe(planeFor(null))
    // EPSG guidance note 7-2, Popular Visualisation Pseudo Mercator: its own example.
    const [x, y] = planeFor(null).project(-100.3333333, 24.3817868)
    expect([x.toFixed(0), y.toFixed(0)]).toEqual(['-11169056', '2800000'])
  })

  it('agree on how long a metre is', () => {
    for (const name of ['EPSG:3857', 'EPSG:4490'] as const) {
      const plane = planeFor({ projection: name, tiles: 'pictures', minLevel: 0, maxLevel: 18, attribution: '' })
      const [x1, y] = plane.project(116.7, 39.9)
      const [x2] = plane.project(116.701, 39.9)
      expect((x2 - x1) * plane.metres(y)).toBeCloseTo(85.4, 0)
    }
  })
})

describe('gathering marks', () => {
  const marks = fc
    .array(
      fc.record({
        x: fc.double({ min: -1e7, max: 1e7, noNaN: true }),
        y: fc.double({ min: -1e7, max: 1e7, noNaN: true }),
        rank: fc.nat(4),
        isFlagged: fc.boolean(),
      }),
      { maxLength: 60 },
    )
    .map((items) => columns(items.map((item, index) => ({ id: String(index), ...item }))))

  it('loses nobody, and shows the worst and the flag of its members', () => {
    fc.assert(
      fc.property(marks, fc.integer({ min: 1, max: 1_000_000 }), (each, side) => {
        const clusters = clusterMarks(each, side)
        expect(clusters.reduce((sum, { count }) => sum + count, 0)).toBe(each.ids.length)
        expect(Math.max(-1, ...clusters.map(({ high }) => high))).toBe(Math.max(-1, ...each.ranks))
        expect(clusters.some(({ isFlagged }) => isFlagged)).toBe(each.flags.includes(1))
        expect(clusters.every(({ low, high }) => low <= high)).toBe(true)
      }),
    )
  })

  it('is done once for a scale', () => {
    const clusters = createClusters(columns([{ id: 'a', x: 1, y: 1, rank: 0 }]))
    expect(clusters(10)).toBe(clusters(10))
    expect(clusters(10)).not.toBe(clusters(20))
  })
})

describe('room on the map', () => {
  const wish = { x: 100, y: 100, wordsWidth: 0, needsWords: false, mayHide: true }

  it('is for the more important first; a number is never left out', () => {
    const room = createRoom(0, 0)
    expect(room({ ...wish, mayHide: false, wordsWidth: 30 })).toBe('whole')
    expect(room(wish)).toBe('hidden')
    expect(room({ ...wish, x: 80, wordsWidth: 30 })).toBe('without-words')
    expect(room({ ...wish, x: 60, wordsWidth: 60, needsWords: true })).toBe('whole')
    expect(room({ ...wish, mayHide: false })).toBe('whole')
  })

  it('does not change while the map is moved', () => {
    const wishes = fc.array(fc.record({ x: fc.nat(400), y: fc.nat(400), wordsWidth: fc.nat(80) }), { maxLength: 40 })
    fc.assert(
      fc.property(wishes, fc.integer({ min: -300, max: 300 }), fc.integer({ min: -300, max: 300 }), (all, dx, dy) => {
        const answers = (byX: number, byY: number) => {
          const room = createRoom(byX, byY)
          return all.map((each) => room({ ...wish, ...each, x: each.x + byX, y: each.y + byY }))
        }
        expect(answers(dx, dy)).toEqual(answers(0, 0))
      }),
    )
  })
})

describe('the scale line', () => {
  it('is a round length of at most 110 pixels and at least 40', () => {
    fc.assert(
      fc.property(fc.double({ min: 0.05, max: 2_000, noNaN: true }), (metresPerPixel) => {
        const { key, count, pixels } = scaleOf(metresPerPixel)
        expect(pixels).toBeLessThanOrEqual(110)
        expect(pixels).toBeGreaterThan(40)
        expect(String(key === 'map.kilometres' ? count * 1_000 : count)).toMatch(/^[125]0*$/)
      }),
    )
  })
})

describe('keys of the map', () => {
  it('mean what the table says, by their place, and leave everything else alone', () => {
    const done: unknown[] = []
    const deeds = {
      zoomBy: (steps: number) => done.push(steps),
      panBy: (right: number, up: number) => done.push([right, up]),
      fit: () => done.push('fit'),
      toggle: (layer: string) => done.push(layer),
    }
    const press = (key: string, code = '', ctrlKey = false) =>
      pressOnMap({ key, code, ctrlKey, altKey: false, metaKey: false } as KeyboardEvent, deeds)
    for (const layer of mapLayers) expect(press('x', `Key${layerKeys[layer]}`)).toBe(true)
    for (const key of ['+', '-', '0', 'ArrowUp', 'ArrowLeft']) expect(press(key)).toBe(true)
    expect(done).toEqual([...mapLayers, 2, -2, 'fit', [0, 1], [-1, 0]])
    expect(press('g', 'KeyG', true)).toBe(false)
    expect(press('Tab')).toBe(false)
  })
})

describe('the one selection', () => {
  function run(act: () => void) {
    const scope = effectScope()
    onTestFinished(() => scope.stop())
    scope.run(act)
  }

  it('beside the queue is the case in the address, and none when none is open', async () => {
    const [store, address] = [reactive({ selectedCase: 'old' as string | null }), ref<string | null>(null)]
    run(() => useSharedSelection({ address, store }))
    expect(store.selectedCase).toBeNull()
    address.value = 'c1'
    await nextTick()
    expect(store.selectedCase).toBe('c1')
    address.value = null
    await nextTick()
    expect(store.selectedCase).toBeNull()
  })

  it('goes along to the map desk, whose own address counts from then on', async () => {
    const [store, address] = [reactive({ selectedCase: 'c1' as string | null }), ref<string | null>(null)]
    run(() => useSharedSelection({ address, store, adopt: (caseId) => (address.value = caseId) }))
    expect([address.value, store.selectedCase]).toEqual(['c1', 'c1'])
    address.value = 'c2'
    await nextTick()
    expect(store.selectedCase).toBe('c2')
  })

  it('of an address wins over one that was selected before', () => {
    const [store, address] = [reactive({ selectedCase: 'c1' as string | null }), ref<string | null>('c9')]
    run(() => useSharedSelection({ address, store, adopt: () => expect.fail('nothing to take over') }))
    expect(store.selectedCase).toBe('c9')
  })
})
