/** Shapes of places: grids as the hub draws them, staff in the field, cases as points, and the ground beneath them all. */
import { z } from 'zod'
import { identifier, instant, line, type TimeLimit } from './case.ts'
import type { CaseState } from './vocabulary.ts'

const longitude = z.number().min(-180).max(180)
const latitude = z.number().min(-90).max(90)

/** A base grid (基础网格). Boundaries are revised: the same code may come again with another polygon. */
export const grid = z.object({
  code: identifier,
  name: line,
  stationCode: z.string().max(40),
  stationName: line,
  /** Bound to the grid by real name; null while the post is vacant. */
  leader: z.object({ name: line, phone: z.string().max(40) }).nullable(),
  /** Degrees, CGCS2000 (EPSG:4490), longitude first, either way round, not closed. */
  polygon: z
    .array(z.tuple([longitude, latitude]))
    .min(3)
    .max(2_000),
})
export type Grid = z.infer<typeof grid>

/** Where somebody in the field was last, by their handset; `at` by the hub's clock. */
export const staffPosition = z.object({
  id: identifier,
  name: line,
  /** As actors' roles: `grid-member`, `supervisor`, ... */
  role: z.string().max(40),
  longitude,
  latitude,
  at: instant,
})
export type StaffPosition = z.infer<typeof staffPosition>

/** An open case as the map needs it. */
export interface CasePoint {
  id: string
  number: string
  /** Null when the catalogue lacks the class. */
  className: string | null
  classCode: string
  longitude: number
  latitude: number
  gridCode: string
  state: CaseState
  /** What the light is told from. */
  limit: Pick<TimeLimit, 'startedAt' | 'dueAt' | 'stoppedAt'> | null
  supervised: boolean
}

/** The most open cases that the map is given: those that are due first. */
export const maxCasePoints = 20_000

/** Changes of a list that is kept by id. */
export interface ListDelta<T> {
  put: T[]
  /** Ids (of grids: codes). */
  removed: string[]
}

/**
 * The base map, if one is configured: 256-pixel tiles by column and row from the upper left corner. The page never
 * fetches them itself; it asks the native program (`places.tile`), so neither address nor key reaches it.
 */
export interface BaseMap {
  /** What its tiles are drawn in. `EPSG:4490`: level 0 is one tile of 360 degrees, of which the upper half is the world. */
  projection: 'EPSG:3857' | 'EPSG:4490'
  /** `vector`: Mapbox Vector Tiles (version 2), which the page draws in the colours of its theme. */
  tiles: 'pictures' | 'vector'
  minLevel: number
  maxLevel: number
  attribution: string
}

export const tileRequest = z.object({
  level: z.int().min(0).max(24),
  column: z.int().min(0).max(16_777_215),
  row: z.int().min(0).max(16_777_215),
})
export type TileRequest = z.infer<typeof tileRequest>

/** A picture or a vector tile. */
export interface Tile {
  /** Its media type. */
  type: string
  /** As Base64. */
  data: string
  /** When it was fetched, by this machine's clock, if it is old and no newer one can be had; else null. */
  cachedAt: number | null
}
