/** Tiles that lie where they were put: moved, sized, added on a plane of whole units. They may lie over one another. */
import type { FreeTile } from '../../../native/contract/wall.ts'
import { freeUnits, leastSide, mostTiles, overlap, type Plan } from './layout-plans.ts'

const within = (value: number, least: number, most: number) => Math.max(least, Math.min(most, value))

/** Stays on the plane, in its own size. */
export function movedTo(tile: FreeTile, x: number, y: number): FreeTile {
  return { ...tile, x: within(x, 0, freeUnits - tile.width), y: within(y, 0, freeUnits - tile.height) }
}

/** Its upper left corner stays; neither smaller than a picture can be seen nor beyond the plane. */
export function sizedTo(tile: FreeTile, width: number, height: number): FreeTile {
  return {
    ...tile,
    width: within(width, leastSide, freeUnits - tile.x),
    height: within(height, leastSide, freeUnits - tile.y),
  }
}

const steps: Record<string, readonly [number, number]> = {
  ArrowLeft: [-1, 0],
  ArrowRight: [1, 0],
  ArrowUp: [0, -1],
  ArrowDown: [0, 1],
}

/** By one unit: moved, or with `isSizing` sized. Null when the key means nothing here. */
export function nudged(tile: FreeTile, key: string, isSizing: boolean): FreeTile | null {
  const step = steps[key]
  if (!step) return null
  if (isSizing) return sizedTo(tile, tile.width + step[0], tile.height + step[1])
  return movedTo(tile, tile.x + step[0], tile.y + step[1])
}

/** Another plan on the free plane: to begin from what is there. */
export function onPlane({ units, tiles }: Plan): FreeTile[] {
  const scaled = (value: number) => Math.round((value * freeUnits) / units)
  return tiles.map(({ x, y, width, height }) => ({
    x: scaled(x),
    y: scaled(y),
    width: scaled(x + width) - scaled(x),
    height: scaled(y + height) - scaled(y),
  }))
}

const newSide = 6

/** One more, where nothing lies yet; a full plane takes it in its middle. Unchanged when there are as many as may be. */
export function withAnother(free: readonly FreeTile[]): FreeTile[] {
  if (free.length >= mostTiles) return [...free]
  for (const side of [newSide, newSide / 2]) {
    for (let y = 0; y + side <= freeUnits; y += 1) {
      for (let x = 0; x + side <= freeUnits; x += 1) {
        const tile = { x, y, width: side, height: side }
        if (!free.some((other) => overlap(other, tile))) return [...free, tile]
      }
    }
  }
  const middle = (freeUnits - newSide) / 2
  return [...free, { x: middle, y: middle, width: newSide, height: newSide }]
}
