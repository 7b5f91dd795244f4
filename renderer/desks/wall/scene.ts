/** Which camera stands in which tile, and how tiles are laid out: plain values, changed by plain functions. */
import type { CameraRow } from '../../../native/contract/camera.ts'
import { cameraOwners } from '../../../native/contract/vocabulary.ts'
import type { FreeTile, Scene, WallLayout } from '../../../native/contract/wall.ts'
import { onPlane, withAnother } from './free-layout.ts'
import { freeUnits, layouts, leastSide, mostTiles, planOf } from './layout-plans.ts'

/** Tiles beyond the layout keep their cameras for when the layout grows again. */
export const shownTiles = (scene: Scene): readonly (string | null)[] => scene.tiles.slice(0, planOf(scene).tiles.length)

const noTiles: readonly null[] = Array.from({ length: mostTiles }, () => null)
export const emptyScene: Scene = { layout: '4', tiles: [...noTiles], free: [] }

/** What layouts were called when there were two. */
const formerNames: Record<string, WallLayout> = { '2x2': '4', '3x3': '9' }

/** What was stored, or null when it is nothing of ours. */
export function readScene(text: string): Scene | null {
  try {
    const { layout, tiles, free } = JSON.parse(text) as Partial<Record<keyof Scene, unknown>>
    const known = layouts.find((name) => name === layout) ?? formerNames[String(layout)]
    if (!known || !Array.isArray(tiles)) return null
    const placed = Array.isArray(free) ? free.filter(isFreeTile).slice(0, mostTiles) : []
    const held = noTiles.map((_, at) => (typeof tiles[at] === 'string' ? tiles[at] : null))
    return { layout: known === 'free' && placed.length === 0 ? '4' : known, tiles: held, free: placed }
  } catch {
    return null
  }
}

function isFreeTile(value: unknown): value is FreeTile {
  const { x, y, width, height } = (value ?? {}) as Record<keyof FreeTile, number>
  if (![x, y, width, height].every(Number.isInteger)) return false
  const isOnPlane = x >= 0 && y >= 0 && x + width <= freeUnits && y + height <= freeUnits
  return isOnPlane && width >= leastSide && height >= leastSide
}

/** What a wall shows before anybody arranged it: one camera of each owner. */
export function firstScene(rows: readonly CameraRow[]): Scene {
  const first = cameraOwners.flatMap((owner) => rows.find((row) => row.owner === owner)?.id ?? [])
  return { ...emptyScene, tiles: noTiles.map((_, at) => first[at] ?? null) }
}

/** Puts a camera in a tile. One that already stands on the shown wall changes places instead of standing twice. */
export function place(scene: Scene, tile: number, cameraId: string): Scene {
  const before = shownTiles(scene).indexOf(cameraId)
  const displaced = scene.tiles[tile] ?? null
  const tiles = scene.tiles.map((id, at) => (at === tile ? cameraId : at === before ? displaced : id))
  return { ...scene, tiles }
}

export function swap(scene: Scene, from: number, to: number): Scene {
  const { tiles } = scene
  const swapped = tiles.map((id, at) => (at === from ? (tiles[to] ?? null) : at === to ? (tiles[from] ?? null) : id))
  return { ...scene, tiles: swapped }
}

export function clear(scene: Scene, tile: number): Scene {
  return { ...scene, tiles: scene.tiles.map((id, at) => (at === tile ? null : id)) }
}

/** A camera that stood beyond the old layout and also on it would stand twice on the new one: the first place counts. */
export function withLayout(scene: Scene, layout: WallLayout): Scene {
  const isNewPlane = layout === 'free' && scene.free.length === 0
  const free = isNewPlane ? onPlane(planOf(scene)) : scene.free
  const size = planOf({ layout, free }).tiles.length
  const tiles = scene.tiles.map((id, at) => (id !== null && at < size && scene.tiles.indexOf(id) < at ? null : id))
  return { layout, tiles, free }
}

/** Of the free layout: where a tile lies from now on. */
export function withFreeTile(scene: Scene, tile: number, lies: FreeTile): Scene {
  return { ...scene, free: scene.free.map((other, at) => (at === tile ? lies : other)) }
}

export const withMoreTiles = (scene: Scene): Scene => ({ ...scene, free: withAnother(scene.free) })

/** Of the free layout: a tile goes with its camera, and those after it move up. The last one stays. */
export function withoutTile(scene: Scene, tile: number): Scene {
  if (scene.free.length <= 1) return scene
  const tiles = scene.tiles.filter((_, at) => at !== tile)
  return { ...scene, tiles: [...tiles, null], free: scene.free.filter((_, at) => at !== tile) }
}

/** Where the next camera goes when nobody says: the first empty tile, else the active one. */
export function tileForNext(scene: Scene, active: number): number {
  const tiles = shownTiles(scene)
  const empty = tiles.indexOf(null)
  return empty >= 0 ? empty : Math.min(active, tiles.length - 1)
}
