/** The parts of the map, put together. */
import type { Database } from 'better-sqlite3'
import type { Logger } from 'pino'
import type { Clock } from '../clock.ts'
import { maxCasePoints, type StaffPosition } from '../contract/places.ts'
import type { Signal } from '../signal.ts'
import { type BaseMapService, createBaseMap, type MapConfiguration } from './base-map.ts'
import { type CasePoints, createCasePoints } from './case-points.ts'
import type { GridStore } from './grid-store.ts'
import { createStaffPositions, type StaffPositions } from './staff-positions.ts'

export interface PlaceParts {
  grids: GridStore
  gridsChanged: Signal<unknown>
  staff: StaffPositions
  casePoints: CasePoints
  baseMap: BaseMapService
  close(): void
}

export interface PlacePartsOptions {
  database: Database
  /** The one that the feed writes through. */
  grids: GridStore
  gridsChanged: Signal<unknown>
  heardPositions: Signal<readonly StaffPosition[]>
  map: MapConfiguration | null
  hubNow: () => number
  clock: Clock
  log: Logger
}

export function createPlaceParts(options: PlacePartsOptions): PlaceParts {
  const { database, grids, gridsChanged, heardPositions, map, hubNow, clock, log } = options
  const staff = createStaffPositions({ heard: heardPositions, hubNow, clock })
  return {
    grids,
    gridsChanged,
    staff,
    casePoints: createCasePoints({ database, most: maxCasePoints }),
    baseMap: createBaseMap(map, log),
    close: staff.close,
  }
}
