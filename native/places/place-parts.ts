/** The parts of the map, put together. */
import { join } from 'node:path'
import type { Database } from 'better-sqlite3'
import type { Logger } from 'pino'
import type { Clock } from '../clock.ts'
import { maxCasePoints, type StaffPosition } from '../contract/places.ts'
import type { Signal } from '../signal.ts'
import { type BaseMapService, openBaseMap } from './base-map.ts'
import { type CasePoints, createCasePoints } from './case-points.ts'
import type { GridStore } from './grid-store.ts'
import type { MapConfiguration } from './map-configuration.ts'
import { createStaffPositions, type StaffPositions } from './staff-positions.ts'

export interface PlaceParts {
  grids: GridStore
  gridsChanged: Signal<unknown>
  staff: StaffPositions
  casePoints: CasePoints
  baseMap: BaseMapService
  close(): Promise<void>
}

export interface PlacePartsOptions {
  database: Database
  /** The one that the feed writes through. */
  grids: GridStore
  gridsChanged: Signal<unknown>
  heardPositions: Signal<readonly StaffPosition[]>
  map: MapConfiguration | null
  dataFolder: string
  hubNow: () => number
  clock: Clock
  log: Logger
}

/** Throws `StartFailure` when the base map is a file that cannot be drawn. */
export async function openPlaceParts(options: PlacePartsOptions): Promise<PlaceParts> {
  const { database, grids, gridsChanged, heardPositions, map, dataFolder, hubNow, clock, log } = options
  const cacheFolder = join(dataFolder, 'map-tiles')
  const baseMap = await openBaseMap({ configuration: map, cacheFolder, clock, log })
  const staff = createStaffPositions({ heard: heardPositions, hubNow, clock })
  return {
    grids,
    gridsChanged,
    staff,
    casePoints: createCasePoints({ database, most: maxCasePoints }),
    baseMap,
    async close() {
      staff.close()
      await baseMap.close()
    },
  }
}
