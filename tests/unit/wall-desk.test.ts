import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { CameraRow } from '../../native/contract/camera.ts'
import { scene } from '../../native/contract/wall.ts'
import { filterCameras, sortCameras } from '../../renderer/desks/wall/camera-filter.ts'
import { wallFor } from '../../renderer/desks/wall/display-choice.ts'
import { layouts, mostTiles } from '../../renderer/desks/wall/layout-plans.ts'
import { sceneWords } from '../../renderer/desks/wall/scene-words.ts'
import {
  clear,
  emptyScene,
  firstScene,
  place,
  readScene,
  shownTiles,
  swap,
  tileForNext,
  withLayout,
  withoutTile,
} from '../../renderer/desks/wall/scene.ts'
import { ageText, streamsFor, tileState, troubleWords } from '../../renderer/desks/wall/tile-looks.ts'
import { wallWords } from '../../renderer/desks/wall/words.ts'
import type { ViewState } from '../../renderer/players/keep-watching.ts'
import type { WordTree } from '../../renderer/locales/words.ts'

const camera = (id: string, owner: CameraRow['owner'], name: string): CameraRow => ({
  id,
  owner,
  name,
  deviceCode: `1101120000131000${id.padStart(4, '0')}`,
  place: `宋庄镇${name}`,
  longitude: 116.7,
  latitude: 39.9,
  gridCode: '110112-0817',
  steerable: false,
  sourceKind: owner === 'civil-defense' ? 'hls' : 'rtsp',
})
const rows = [
  camera('3', 'civil-defense', '地下车库'),
  camera('2', 'land-bureau', '河道高空'),
  camera('10', 'public-security', '路口10号'),
  camera('9', 'public-security', '路口9号'),
]

describe('the scene', () => {
  it('starts with one camera of each owner', () => {
    expect(firstScene(rows).tiles.slice(0, 4)).toEqual(['10', '2', '3', null])
    expect(firstScene([]).tiles).toEqual(emptyScene.tiles)
  })

  it('comes back as it was stored, and not at all when it is nothing of ours', () => {
    for (const layout of layouts) {
      const stored = withLayout(place(emptyScene, 3, 'camera-1'), layout)
      expect(readScene(JSON.stringify(stored))).toEqual(stored)
      expect(scene.parse(stored)).toEqual(stored)
    }
    for (const text of ['', 'null', '7', '{}', '{"layout":"5x5","tiles":[]}', '{"layout":"4","tiles":"x"}'])
      expect(readScene(text), text).toBeNull()
    expect(readScene('{"layout":"4","tiles":[1,"a",{}]}')?.tiles).toEqual([null, 'a', ...emptyScene.tiles.slice(2)])
  })

  it('is read as it was stored when there were two layouts', () => {
    const former = { layout: '3x3', tiles: ['a', null, 'b', null, null, null, null, null, 'c'] }
    const read = readScene(JSON.stringify(former))!
    expect(read).toMatchObject({ layout: '9', free: [] })
    expect(shownTiles(read)).toEqual(former.tiles)
    expect(readScene('{"layout":"2x2","tiles":["a"]}')?.layout).toBe('4')
  })

  it('takes no tile that lies beyond the plane, and no free layout without tiles', () => {
    const tiles = [{ x: 20, y: 0, width: 6, height: 6 }, { x: 1, y: 1, width: 2, height: 2 }, null, { x: '1' }]
    expect(readScene(JSON.stringify({ layout: 'free', tiles: ['a'], free: tiles }))?.free).toEqual([tiles[1]])
    expect(readScene('{"layout":"free","tiles":["a"],"free":[]}')?.layout).toBe('4')
  })

  it('never shows a camera twice and never loses a shown one by placing or swapping', () => {
    const tile = fc.nat({ max: 35 })
    const step = fc.oneof(
      fc.record({ deed: fc.constant('place' as const), tile, id: fc.constantFrom('a', 'b', 'c', 'd', 'e') }),
      fc.record({ deed: fc.constant('swap' as const), tile, to: tile }),
      fc.record({ deed: fc.constant('clear' as const), tile }),
      fc.record({ deed: fc.constant('lay out' as const), layout: fc.constantFrom(...layouts) }),
      fc.record({ deed: fc.constant('take a tile away' as const), tile }),
    )
    fc.assert(
      fc.property(fc.array(step), (steps) => {
        let now = emptyScene
        for (const next of steps) {
          const size = shownTiles(now).length
          if (next.deed === 'lay out') now = withLayout(now, next.layout)
          else if (next.tile >= size) continue
          else if (next.deed === 'place') now = place(now, next.tile, next.id)
          else if (next.deed === 'swap') now = next.to < size ? swap(now, next.tile, next.to) : now
          else if (next.deed === 'clear') now = clear(now, next.tile)
          else now = withoutTile(now, next.tile)
          const shown = shownTiles(now).filter((id) => id !== null)
          expect(new Set(shown).size).toBe(shown.length)
          expect(shownTiles(now).length).toBeGreaterThan(0)
          expect(now.tiles).toHaveLength(mostTiles)
          expect(scene.safeParse(now).success).toBe(true)
          if (next.deed === 'place') expect(now.tiles[next.tile]).toBe(next.id)
        }
      }),
    )
  })

  it('fills empty tiles first, then the active one', () => {
    const full = ['a', 'b', 'c', 'd'].reduce((before, id, tile) => place(before, tile, id), emptyScene)
    expect(tileForNext(clear(full, 2), 0)).toBe(2)
    expect(tileForNext(full, 1)).toBe(1)
    expect(tileForNext(full, 8)).toBe(3)
    const large = withLayout(full, '16')
    expect(tileForNext(large, 0)).toBe(4)
  })

  it('becomes a free one as it lies, and comes back to it', () => {
    const six = withLayout(place(emptyScene, 5, 'far'), '6')
    const free = withLayout(six, 'free')
    expect(free.free).toHaveLength(6)
    expect(free.free[0]).toEqual({ x: 0, y: 0, width: 16, height: 16 })
    const moved = withLayout(withLayout({ ...free, free: free.free.slice(0, 2) }, '9'), 'free')
    expect(moved.free).toHaveLength(2)
  })
})

describe('the camera list', () => {
  it('is sorted by owner and then by name, numbers as numbers', () => {
    expect(sortCameras(rows, 'zh-CN').map(({ id }) => id)).toEqual(['9', '10', '2', '3'])
  })

  it('finds by every word, in name, place, code and grid, and by owner', () => {
    const ids = (text: string, owner: CameraRow['owner'] | null = null) =>
      filterCameras(rows, text, owner).map(({ id }) => id)
    expect(ids('路口 宋庄')).toEqual(['10', '9'])
    expect(ids('10000010')).toEqual(['10'])
    expect(ids(' ', 'land-bureau')).toEqual(['2'])
    expect(ids('没有')).toEqual([])
  })
})

const playing: ViewState = { phase: 'playing', trouble: null, since: null, reading: null, watch: null }
const connecting: ViewState = { phase: 'connecting', trouble: null, since: 0, reading: null, watch: null }
const facts = {
  cameraId: '2',
  camera: rows[1]!,
  list: 'live' as const,
  isBlanked: false,
  lacksReason: false,
  view: playing,
}

describe('a tile', () => {
  it('says what it is', () => {
    expect(tileState({ ...facts, cameraId: null, camera: null })).toBe('empty')
    expect(tileState({ ...facts, camera: null })).toBe('gone')
    expect(tileState({ ...facts, camera: null, list: 'loading' })).toBe('connecting')
    expect(tileState({ ...facts, camera: null, list: 'failed' })).toBe('refused')
    expect(tileState({ ...facts, lacksReason: true })).toBe('reason')
    expect(tileState({ ...facts, lacksReason: true, isBlanked: true })).toBe('blanked')
    expect(tileState({ ...facts, view: null })).toBe('connecting')
    expect(tileState(facts)).toBe('playing')
  })

  it('takes the main stream only when focused, and keeps what is seen until the other plays', () => {
    expect(streamsFor(false, null, playing)).toEqual({ main: false, sub: true, seen: 'sub' })
    expect(streamsFor(true, connecting, playing)).toEqual({ main: true, sub: true, seen: 'sub' })
    expect(streamsFor(true, playing, playing)).toEqual({ main: true, sub: false, seen: 'main' })
    expect(streamsFor(false, playing, connecting)).toEqual({ main: true, sub: true, seen: 'main' })
    expect(streamsFor(false, playing, playing)).toEqual({ main: false, sub: true, seen: 'sub' })
  })

  it('goes back to the sub-stream when the main one freezes', () => {
    expect(streamsFor(true, { ...playing, phase: 'stale' }, null)).toEqual({ main: true, sub: true, seen: 'sub' })
  })

  it('writes an age so that it can be read from afar', () => {
    const texts = [40, 240, 9900, 9901, 59_000, 59_001, 125_000].map((ms) => ageText(ms).value)
    expect(texts).toEqual(['0.1', '0.3', '9.9', '10', '59', '1:00', '2:05'])
  })
})

describe('the words of the wall', () => {
  const leaves = (tree: WordTree, path = ''): string[] =>
    Object.entries(tree).flatMap(([key, value]) =>
      typeof value === 'string' ? [`${path}${key}`] : leaves(value, `${path}${key}.`),
    )

  it('are the same in both languages', () => {
    expect(leaves(wallWords.en)).toEqual(leaves(wallWords['zh-CN']))
    expect(leaves(sceneWords.en)).toEqual(leaves(sceneWords['zh-CN']))
  })

  it('say every trouble', () => {
    const known = leaves(wallWords['zh-CN'])
    for (const trouble of ['no-media', 'wire', 'codec', 'playlist', 'no-webcodecs', 'unknown-watch'] as const)
      expect(known).toContain(troubleWords({ kind: 'player', trouble }))
    expect(troubleWords({ kind: 'fault', fault: { code: 'offline', reason: 'timeout' } })).toBe('faults.reason.timeout')
    expect(troubleWords(null)).toBeNull()
  })
})

describe('a wall window on a display', () => {
  it('is the one that stands there, else the next free one, where there is one', () => {
    expect(wallFor({ walls: [3, 4] }, '1')).toBe(3)
    expect(wallFor({ walls: [] }, '2')).toBe(2)
    expect(wallFor(null, '2')).toBe(2)
    expect(wallFor({ walls: [] }, null)).toBe(null)
    expect(wallFor({ walls: [8] }, null)).toBe(8)
  })
})
