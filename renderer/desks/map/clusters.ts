/** Gathers points that would lie on top of each other at a scale. Pure, and quick enough for 20,000 at once. */

/** Points of one layer, a column for each thing that is asked of them. */
export interface Marks {
  ids: readonly string[]
  xs: Float64Array
  ys: Float64Array
  /** What a mark looks like; a cluster knows the lowest and the highest of its members. */
  ranks: Uint8Array
  /** 1: to be told from afar. A cluster has it when one of its members has. */
  flags: Uint8Array
}

export interface Cluster {
  x: number
  y: number
  count: number
  low: number
  high: number
  isFlagged: boolean
  /** Of the first member: the only one when `count` is 1. */
  index: number
}

export function columns(
  items: readonly { id: string; x: number; y: number; rank: number; isFlagged?: boolean }[],
): Marks {
  return {
    ids: items.map(({ id }) => id),
    xs: Float64Array.from(items, ({ x }) => x),
    ys: Float64Array.from(items, ({ y }) => y),
    ranks: Uint8Array.from(items, ({ rank }) => rank),
    flags: Uint8Array.from(items, ({ isFlagged }) => (isFlagged ? 1 : 0)),
  }
}

/**
 * One cluster for each square of `side` that holds a point, at the middle of its members. Squares are counted from the
 * origin of the plane, not from the screen: nothing jumps while the map is moved.
 */
export function clusterMarks({ xs, ys, ranks, flags }: Marks, side: number): Cluster[] {
  const bySquare = new Map<number, Cluster>()
  for (let index = 0; index < xs.length; index += 1) {
    const [x, y, rank] = [xs[index] as number, ys[index] as number, ranks[index] as number]
    // Squares of a screenful are far fewer than 2^26 a side, so the two numbers fit into one.
    const square = Math.floor(x / side) * 67_108_864 + Math.floor(y / side)
    const cluster = bySquare.get(square)
    if (!cluster) {
      bySquare.set(square, { x, y, count: 1, low: rank, high: rank, isFlagged: flags[index] === 1, index })
      continue
    }
    cluster.count += 1
    cluster.x += (x - cluster.x) / cluster.count
    cluster.y += (y - cluster.y) / cluster.count
    if (rank < cluster.low) cluster.low = rank
    if (rank > cluster.high) cluster.high = rank
    if (flags[index] === 1) cluster.isFlagged = true
  }
  return [...bySquare.values()]
}

/** Keeps what was gathered at a few scales, until there are other marks. */
export function createClusters(marks: Marks): (side: number) => readonly Cluster[] {
  const bySide = new Map<number, readonly Cluster[]>()
  return (side) => {
    const known = bySide.get(side)
    if (known) return known
    const made = clusterMarks(marks, side)
    bySide.set(side, made)
    return made
  }
}
