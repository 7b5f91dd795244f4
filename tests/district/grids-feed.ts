/** What the district tells of its ground: the grids of a sub-center, and where its field staff walk. */
import { setTimeout as sleep } from 'node:timers/promises'
import type { StaffPosition } from '../../native/contract/places.ts'
import type { Put } from '../../native/hub/protocol.ts'
import type { Geography, Grid } from './geography/geography.ts'
import { type Point, type Position, project, unproject } from './geography/plane.ts'
import type { Hub } from './hub/hub.ts'
import { createRandom, type Random } from './random.ts'

/** The grids of one sub-center, or of the whole district. */
export function gridPuts(geography: Geography, subCenter: string | null): Put[] {
  const grids = subCenter === null ? [...geography.grids.values()] : geography.gridsOf(subCenter)
  return grids.map((grid) => ({ kind: 'grid', grid: describeGrid(geography, grid), removed: false }))
}

function describeGrid(geography: Geography, { code, stationCode, polygon, leader }: Grid) {
  const stationName = geography.stations.get(stationCode)?.name ?? stationCode
  return {
    ...{ code, name: `${stationName}第${Number(code.slice(-2))}网格`, stationCode, stationName },
    leader: { name: leader.name, phone: leader.phone },
    polygon: polygon.map(([longitude, latitude]): [number, number] => [longitude, latitude]),
  }
}

interface Walker {
  person: Pick<StaffPosition, 'id' | 'name' | 'role'>
  grid: Grid
  at: Point
  aim: Point
  /** Rounds for which the handset is out of reach. */
  silent: number
}

export interface FieldOptions {
  hub: () => Hub | null
  geography: Geography
  subCenter: string
  seed: number
  clock: () => number
}

const people = 48
const roundMs = 10_000
const metresARound = 12

/** Staff who walk slowly within their grids; every call is ten seconds of theirs. */
export function createField({ hub, geography, subCenter, seed, clock }: FieldOptions): { advance(): void } {
  const random = createRandom(seed, `field ${subCenter}`)
  const walkers = placeWalkers(geography, subCenter, random)
  return {
    advance() {
      const heard = walkers.filter((walker) => walk(walker, geography, random))
      const positions = heard.map(({ person, at }): StaffPosition => {
        const [longitude, latitude] = unproject(at)
        return { ...person, longitude, latitude, at: clock() }
      })
      hub()?.emitRaw(subCenter, 'field.positions', { positions })
    },
  }
}

function placeWalkers(geography: Geography, subCenter: string, random: Random): Walker[] {
  const grids = geography.gridsOf(subCenter)
  return Array.from({ length: Math.min(people, grids.length) }, (_, index) => {
    const grid = grids[Math.floor((index * grids.length) / people)] ?? random.pick(grids)
    const isLeader = random.chance(0.3)
    const { id, name } = isLeader ? grid.leader : random.pick(grid.members)
    const spot = () => project(geography.positionIn(grid, random) as Position)
    const person = { id, name, role: isLeader ? 'grid-leader' : 'grid-member' }
    return { person, grid, at: spot(), aim: spot(), silent: 0 }
  })
}

/** True when the handset could say where it is. */
function walk(walker: Walker, geography: Geography, random: Random): boolean {
  const [x, y] = walker.at
  const [east, north] = [walker.aim[0] - x, walker.aim[1] - y]
  const way = Math.hypot(east, north)
  if (way <= metresARound) walker.aim = project(geography.positionIn(walker.grid, random))
  else walker.at = [x + (east / way) * metresARound, y + (north / way) * metresARound]
  if (walker.silent > 0) walker.silent -= 1
  // Now and then a handset is in a cellar, or its battery is empty: for a minute or for an hour.
  else if (random.chance(0.004)) walker.silent = Math.ceil(random.exponential(60))
  return walker.silent === 0
}

/** Walks until `signal` aborts; the promise ends with it. */
export async function runField(options: FieldOptions, signal: AbortSignal): Promise<void> {
  const field = createField(options)
  while (!signal.aborted) {
    field.advance()
    await sleep(roundMs, undefined, { signal }).catch(() => undefined)
  }
}
