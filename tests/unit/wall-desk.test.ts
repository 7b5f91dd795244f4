import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { CameraRow } from '../../native/contract/camera.ts'
import { filterCameras, sortCameras } from '../../renderer/desks/wall/camera-filter.ts'
import {
  clear,
  emptyScene,
  firstScene,
  layouts,
  mostTiles,
  neighbour,
  place,
  readScene,
  shownTiles,
  swap,
  tileForNext,
  withLayout,
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
    const scene = withLayout(place(emptyScene, 8, 'camera-1'), '3x3')
    expect(readScene(JSON.stringify(scene))).toEqual(scene)
    for (const text of ['', 'null', '7', '{}', '{"layout":"5x5","tiles":[]}', '{"layout":"2x2","tiles":"x"}'])
      expect(readScene(text), text).toBeNull()
    expect(readScene('{"layout":"2x2","tiles":[1,"a",{}]}')?.tiles).toEqual([null, 'a', ...emptyScene.tiles.slice(2)])
  })

  it('never shows a camera twice and never loses a shown one by placing or swapping', () => {
    const tile = fc.nat({ max: 3 })
    const step = fc.oneof(
      fc.record({ deed: fc.constant('place' as const), tile, id: fc.constantFrom('a', 'b', 'c', 'd', 'e') }),
      fc.record({ deed: fc.constant('swap' as const), tile, to: tile }),
      fc.record({ deed: fc.constant('clear' as const), tile }),
    )
    fc.assert(
      fc.property(fc.array(step), (steps) => {
        let scene = emptyScene
        for (const next of steps) {
          if (next.deed === 'place') scene = place(scene, next.tile, next.id)
          else if (next.deed === 'swap') scene = swap(scene, next.tile, next.to)
          else scene = clear(scene, next.tile)
          const shown = shownTiles(scene).filter((id) => id !== null)
          expect(new Set(shown).size).toBe(shown.length)
          expect(scene.tiles).toHaveLength(mostTiles)
          if (next.deed === 'place') expect(scene.tiles[next.tile]).toBe(next.id)
        }
      }),
    )
  })

  it('fills empty tiles first, then the active one', () => {
    const full = ['a', 'b', 'c', 'd'].reduce((scene, id, tile) => place(scene, tile, id), emptyScene)
    expect(tileForNext(clear(full, 2), 0)).toBe(2)
    expect(tileForNext(full, 1)).toBe(1)
    expect(tileForNext(full, 8)).toBe(3)
  })

  it('moves by arrow keys and stays inside the wall', () => {
    expect(neighbour('2x2', 0, 'ArrowRight')).toBe(1)
    expect(neighbour('2x2', 1, 'ArrowRight')).toBe(1)
    expect(neighbour('3x3', 4, 'ArrowUp')).toBe(1)
    const key = fc.constantFrom('ArrowLeft', 'ArrowRight', 'ArrowUp', 'ArrowDown', 'Enter')
    fc.assert(
      fc.property(fc.constantFrom(...layouts), fc.nat(8), key, (layout, tile, pressed) => {
        const from = Math.min(tile, shownTiles(withLayout(emptyScene, layout)).length - 1)
        const to = neighbour(layout, from, pressed)
        expect(to).toBeGreaterThanOrEqual(0)
        expect(to).toBeLessThan(shownTiles(withLayout(emptyScene, layout)).length)
      }),
    )
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
const facts = { cameraId: '2', camera: rows[1]!, list: 'live' as const, lacksReason: false, view: playing }

describe('a tile', () => {
  it('says what it is', () => {
    expect(tileState({ ...facts, cameraId: null, camera: null })).toBe('empty')
    expect(tileState({ ...facts, camera: null })).toBe('gone')
    expect(tileState({ ...facts, camera: null, list: 'loading' })).toBe('connecting')
    expect(tileState({ ...facts, camera: null, list: 'failed' })).toBe('refused')
    expect(tileState({ ...facts, lacksReason: true })).toBe('reason')
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
  })

  it('say every trouble', () => {
    const known = leaves(wallWords['zh-CN'])
    for (const trouble of ['no-media', 'wire', 'codec', 'playlist', 'no-webcodecs', 'unknown-watch'] as const)
      expect(known).toContain(troubleWords({ kind: 'player', trouble }))
    expect(troubleWords({ kind: 'fault', fault: { code: 'offline', reason: 'timeout' } })).toBe('faults.reason.timeout')
    expect(troubleWords(null)).toBeNull()
  })
})
