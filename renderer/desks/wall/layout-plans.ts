/** Where the tiles of a layout lie on the wall: rectangles on a grid, and which tile an arrow key leads to. */
import type { FreeTile, Scene, WallLayout } from '../../../native/contract/wall.ts'

/** As the contract has them; a test holds them to it. */
export const layouts: readonly WallLayout[] = ['1', '4', '6', '8', '9', '13', '16', '25', '36', 'free']
export const mostTiles = 36
export const freeUnits = 24
export const leastSide = 2

/** In units of the plan, from the upper left corner. */
export type Rectangle = FreeTile
export interface Plan {
  /** Columns of the grid, and rows. */
  units: number
  tiles: readonly Rectangle[]
}

/** Cells of one unit each, row by row, around the large tile, which comes first. */
function around(units: number, large: Rectangle | null): Plan {
  const cells = Array.from({ length: units * units }, (_, at): Rectangle => {
    return { x: at % units, y: Math.floor(at / units), width: 1, height: 1 }
  })
  if (!large) return { units, tiles: cells }
  return { units, tiles: [large, ...cells.filter((cell) => !overlap(cell, large))] }
}
export function overlap(one: Rectangle, other: Rectangle): boolean {
  const inX = one.x < other.x + other.width && other.x < one.x + one.width
  return inX && one.y < other.y + other.height && other.y < one.y + one.height
}

const plans: Record<Exclude<WallLayout, 'free'>, Plan> = {
  '1': around(1, null),
  '4': around(2, null),
  '6': around(3, { x: 0, y: 0, width: 2, height: 2 }),
  '8': around(4, { x: 0, y: 0, width: 3, height: 3 }),
  '9': around(3, null),
  '13': around(4, { x: 1, y: 1, width: 2, height: 2 }),
  '16': around(4, null),
  '25': around(5, null),
  '36': around(6, null),
}

export function planOf({ layout, free }: Pick<Scene, 'layout' | 'free'>): Plan {
  return layout === 'free' ? { units: freeUnits, tiles: free } : plans[layout]
}

/** How many cameras a page of the layout shows. */
export const sizeOf = (layout: Exclude<WallLayout, 'free'>): number => plans[layout].tiles.length

/** A rectangle as `grid-area`. */
export const areaOf = ({ x, y, width, height }: Rectangle): string =>
  `${y + 1} / ${x + 1} / span ${height} / span ${width}`

/** A tile as an arrow key sees it: along the direction it points to, and across. */
interface Seen {
  from: number
  to: number
  left: number
  right: number
}
const views: Record<string, (tile: Rectangle) => Seen> = {
  ArrowRight: ({ x, y, width, height }) => ({ from: x, to: x + width, left: y, right: y + height }),
  ArrowLeft: ({ x, y, width, height }) => ({ from: -x - width, to: -x, left: y, right: y + height }),
  ArrowDown: ({ x, y, width, height }) => ({ from: y, to: y + height, left: x, right: x + width }),
  ArrowUp: ({ x, y, width, height }) => ({ from: -y - height, to: -y, left: x, right: x + width }),
}
/** So much nearer something straight ahead counts than something aside. */
const asideCosts = 4

/** The nearest of the first `count` tiles that way, straight ahead before aside; at the wall's edge it stays. */
export function neighbour({ tiles }: Plan, tile: number, key: string, count = tiles.length): number {
  const view = views[key]
  const here = tiles[tile]
  if (!view || !here) return tile
  const own = view(here)
  let best = { tile, cost: Infinity, shared: 0 }
  for (const [at, rectangle] of tiles.slice(0, count).entries()) {
    const seen = view(rectangle)
    // Free tiles may lie over one another: what counts is whose middle is further on.
    if (at === tile || seen.from + seen.to <= own.from + own.to) continue
    const shared = Math.min(seen.right, own.right) - Math.max(seen.left, own.left)
    const cost = Math.max(0, seen.from - own.to) + (shared > 0 ? 0 : 1 - shared) * asideCosts
    // Aside never comes before straight ahead on an even wall: there the next row is no step sideways.
    if (shared <= 0 && Math.abs(shared) * 2 > seen.from + seen.to - own.from - own.to) continue
    if (cost < best.cost || (cost === best.cost && shared > best.shared)) best = { tile: at, cost, shared }
  }
  return best.tile
}
