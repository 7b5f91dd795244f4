import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import * as contract from '../../native/contract/wall.ts'
import { movedTo, nudged, onPlane, sizedTo, withAnother } from '../../renderer/desks/wall/free-layout.ts'
import {
  freeUnits,
  layouts,
  leastSide,
  mostTiles,
  neighbour,
  overlap,
  planOf,
  type Rectangle,
  sizeOf,
} from '../../renderer/desks/wall/layout-plans.ts'

const fixed = layouts.filter((layout) => layout !== 'free')
const keys = ['ArrowLeft', 'ArrowRight', 'ArrowUp', 'ArrowDown'] as const
const opposite = {
  ArrowLeft: 'ArrowRight',
  ArrowRight: 'ArrowLeft',
  ArrowUp: 'ArrowDown',
  ArrowDown: 'ArrowUp',
} as const
const freeTile = fc
  .record({
    x: fc.nat(22),
    y: fc.nat(22),
    width: fc.integer({ min: 2, max: 24 }),
    height: fc.integer({ min: 2, max: 24 }),
  })
  .map(({ x, y, width, height }): Rectangle => {
    return { x, y, width: Math.min(width, freeUnits - x), height: Math.min(height, freeUnits - y) }
  })

describe('the plans', () => {
  it('are those of the contract', () => {
    expect(layouts).toEqual(contract.wallLayouts)
    expect([mostTiles, freeUnits]).toEqual([contract.mostTiles, contract.freeUnits])
    expect(contract.freeTile.safeParse({ x: 0, y: 0, width: leastSide, height: leastSide }).success).toBe(true)
    expect(contract.freeTile.safeParse({ x: 0, y: 0, width: leastSide - 1, height: leastSide }).success).toBe(false)
  })

  it.each(fixed)('of %s tiles have so many, cover the wall and lie over nothing', (layout) => {
    const { units, tiles } = planOf({ layout, free: [] })
    expect(tiles).toHaveLength(Number(layout))
    expect(sizeOf(layout)).toBe(Number(layout))
    const area = tiles.reduce((sum, { width, height }) => sum + width * height, 0)
    expect(area).toBe(units * units)
    for (const [at, tile] of tiles.entries())
      expect(tiles.some((other, index) => index !== at && overlap(tile, other))).toBe(false)
  })

  it('begin with the large tile', () => {
    const large = (layout: '6' | '8' | '13') => planOf({ layout, free: [] }).tiles[0]
    expect(large('6')).toEqual({ x: 0, y: 0, width: 2, height: 2 })
    expect(large('8')).toEqual({ x: 0, y: 0, width: 3, height: 3 })
    expect(large('13')).toEqual({ x: 1, y: 1, width: 2, height: 2 })
  })
})

describe('arrow keys', () => {
  it('step row by row on even walls and stay at the edge', () => {
    const nine = planOf({ layout: '9', free: [] })
    expect(keys.map((key) => neighbour(nine, 4, key))).toEqual([3, 5, 1, 7])
    expect(keys.map((key) => neighbour(nine, 0, key))).toEqual([0, 1, 0, 3])
    expect(keys.map((key) => neighbour(nine, 2, key))).toEqual([1, 2, 2, 5])
    expect(neighbour(nine, 4, 'Enter')).toBe(4)
    expect(neighbour(nine, 2, 'ArrowDown', 3)).toBe(2)
    expect(neighbour(nine, 0, 'ArrowDown', 4)).toBe(3)
  })

  it('go into the large tile and out of it', () => {
    const six = planOf({ layout: '6', free: [] })
    expect([neighbour(six, 0, 'ArrowRight'), neighbour(six, 0, 'ArrowDown')]).toEqual([1, 3])
    expect([neighbour(six, 1, 'ArrowLeft'), neighbour(six, 2, 'ArrowLeft'), neighbour(six, 4, 'ArrowUp')]).toEqual([
      0, 0, 0,
    ])
  })

  it.each(fixed)('reach every tile of %s', (layout) => {
    const plan = planOf({ layout, free: [] })
    const reached = new Set([0])
    for (const tile of reached) for (const key of keys) reached.add(neighbour(plan, tile, key))
    expect(reached.size).toBe(plan.tiles.length)
  })

  it('lead further in their direction or nowhere, wherever free tiles lie', () => {
    fc.assert(
      fc.property(
        fc.array(freeTile, { minLength: 1, maxLength: 12 }),
        fc.nat(),
        fc.constantFrom(...keys),
        (free, any, key) => {
          const plan = planOf({ layout: 'free', free })
          const tile = any % free.length
          const to = neighbour(plan, tile, key)
          if (to === tile) return
          const [from, there] = [free[tile]!, free[to]!]
          const isAcross = key === 'ArrowLeft' || key === 'ArrowRight'
          const middle = ({ x, y, width, height }: Rectangle) => (isAcross ? 2 * x + width : 2 * y + height)
          const isForward = key === 'ArrowRight' || key === 'ArrowDown'
          expect(isForward ? middle(there) > middle(from) : middle(there) < middle(from)).toBe(true)
        },
      ),
    )
  })

  it('have a way between any two tiles side by side', () => {
    const pair: Rectangle[] = [
      { x: 0, y: 0, width: 6, height: 6 },
      { x: 12, y: 2, width: 4, height: 10 },
    ]
    const plan = planOf({ layout: 'free', free: pair })
    expect(neighbour(plan, 0, 'ArrowRight')).toBe(1)
    expect(neighbour(plan, 1, opposite.ArrowRight)).toBe(0)
  })
})

describe('free tiles', () => {
  const isOnPlane = (tile: Rectangle) => contract.freeTile.safeParse(tile).success

  it('stay on the plane however they are moved and sized', () => {
    const far = fc.integer({ min: -40, max: 40 })
    fc.assert(
      fc.property(freeTile, far, far, (tile, x, y) => {
        expect(isOnPlane(movedTo(tile, x, y))).toBe(true)
        expect(isOnPlane(sizedTo(tile, x, y))).toBe(true)
        expect(movedTo(tile, x, y)).toMatchObject({ width: tile.width, height: tile.height })
        expect(sizedTo(tile, x, y)).toMatchObject({ x: tile.x, y: tile.y })
      }),
    )
  })

  it('go one unit by key', () => {
    const tile = { x: 4, y: 4, width: 6, height: 6 }
    expect(nudged(tile, 'ArrowLeft', false)).toEqual({ ...tile, x: 3 })
    expect(nudged(tile, 'ArrowDown', true)).toEqual({ ...tile, height: 7 })
    expect(nudged(tile, 'Enter', false)).toBeNull()
  })

  it.each(fixed)('begin as %s lay, covering the plane', (layout) => {
    const tiles = onPlane(planOf({ layout, free: [] }))
    expect(tiles.every(isOnPlane)).toBe(true)
    expect(tiles.reduce((sum, { width, height }) => sum + width * height, 0)).toBe(freeUnits * freeUnits)
  })

  it('are added where nothing lies while there is room, and never beyond the most', () => {
    let tiles: Rectangle[] = []
    for (let count = 1; count <= 16; count += 1) {
      tiles = withAnother(tiles)
      expect(tiles.slice(0, -1).some((other) => overlap(other, tiles.at(-1)!))).toBe(false)
    }
    for (let count = 0; count < 30; count += 1) tiles = withAnother(tiles)
    expect(tiles).toHaveLength(mostTiles)
    expect(tiles.every(isOnPlane)).toBe(true)
  })
})
