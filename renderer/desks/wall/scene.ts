/** Which camera stands in which tile, and how tiles are laid out: plain values, changed by plain functions. */
import type { CameraRow } from '../../../native/contract/camera.ts'
import { cameraOwners } from '../../../native/contract/vocabulary.ts'

export const layouts = ['2x2', '3x3'] as const
export type Layout = (typeof layouts)[number]

/** Tiles beyond the layout keep their cameras for when the layout grows again. */
export interface Scene {
  layout: Layout
  /** Camera ids, always `mostTiles` of them. */
  tiles: readonly (string | null)[]
}

export const mostTiles = 9
const sides: Record<Layout, number> = { '2x2': 2, '3x3': 3 }

export const sideOf = (layout: Layout): number => sides[layout]
export const shownTiles = ({ layout, tiles }: Scene): readonly (string | null)[] => tiles.slice(0, sides[layout] ** 2)

const noTiles: readonly null[] = Array.from({ length: mostTiles }, () => null)
export const emptyScene: Scene = { layout: '2x2', tiles: noTiles }

/** What was stored, or null when it is nothing of ours. */
export function readScene(text: string): Scene | null {
  try {
    const { layout, tiles } = JSON.parse(text) as Partial<Record<keyof Scene, unknown>>
    const known = layouts.find((name) => name === layout)
    if (!known || !Array.isArray(tiles)) return null
    return { layout: known, tiles: noTiles.map((_, at) => (typeof tiles[at] === 'string' ? tiles[at] : null)) }
  } catch {
    return null
  }
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

export function withLayout(scene: Scene, layout: Layout): Scene {
  return { ...scene, layout }
}

/** Where the next camera goes when nobody says: the first empty tile, else the active one. */
export function tileForNext(scene: Scene, active: number): number {
  const tiles = shownTiles(scene)
  const empty = tiles.indexOf(null)
  return empty >= 0 ? empty : Math.min(active, tiles.length - 1)
}

/** The tile that an arrow key leads to; at the wall's edge it stays. */
export function neighbour(layout: Layout, tile: number, key: string): number {
  const side = sides[layout]
  const [column, row] = [tile % side, Math.floor(tile / side)]
  if (key === 'ArrowLeft') return column > 0 ? tile - 1 : tile
  if (key === 'ArrowRight') return column < side - 1 ? tile + 1 : tile
  if (key === 'ArrowUp') return row > 0 ? tile - side : tile
  if (key === 'ArrowDown') return row < side - 1 ? tile + side : tile
  return tile
}
