/** What a video wall is made of: a scene says which camera stands where, a tour says which groups follow one another. */
import { type } from '@orpc/contract'
import { z } from 'zod'
import { identifier } from './case.ts'
import { caseworkers, topic } from './procedures.ts'

/** By number of tiles; `free`: each tile lies where it was put. */
export const wallLayouts = ['1', '4', '6', '8', '9', '13', '16', '25', '36', 'free'] as const
export type WallLayout = (typeof wallLayouts)[number]
/** Tiles of the largest layout. A scene always has so many; those beyond its layout keep their cameras. */
export const mostTiles = 36
/** A free layout lies on a plane of so many units in each direction. */
export const freeUnits = 24

const unit = z.int().min(0).max(freeUnits)
/** A tile of a free layout, in units of the plane. */
export const freeTile = z
  .object({ x: unit, y: unit, width: unit.min(2), height: unit.min(2) })
  .refine(({ x, y, width, height }) => x + width <= freeUnits && y + height <= freeUnits)
export type FreeTile = z.infer<typeof freeTile>

export const scene = z.object({
  layout: z.enum(wallLayouts),
  /** Camera ids by tile. */
  tiles: z.array(identifier.nullable()).max(mostTiles),
  /** Of `free` only: where the first tiles lie, as many as there are. */
  free: z.array(freeTile).max(mostTiles),
})
export type Scene = z.infer<typeof scene>

export const tour = z.object({
  layout: z.enum(wallLayouts).exclude(['free']),
  /** Shown one after the other, each in pages of as many cameras as the layout has tiles. */
  groups: z
    .array(z.object({ name: z.string().trim().min(1).max(60), cameraIds: z.array(identifier).min(1).max(400) }))
    .min(1)
    .max(50),
  dwellSeconds: z.int().min(5).max(3_600),
})
export type Tour = z.infer<typeof tour>

/** A named thing that operators keep. */
export interface Kept<Body> {
  id: string
  name: string
  body: Body
  /** Shown at all workstations of the sub-center. Otherwise to its author alone, on this workstation. */
  isShared: boolean
  /** Who saved it last, and when (ms since 1970). */
  by: { id: string; name: string }
  at: number
  /** Shared, and not yet at the hub. */
  isWaiting: boolean
}
const keep = { id: identifier, name: z.string().trim().min(1).max(60), isShared: z.boolean() }
const reference = z.object({ id: identifier })

/**
 * Scenes and tours by name. `save` makes it (an id of the page's own) or replaces it. Somebody who saved it meanwhile at another
 * workstation does not lose theirs: it stays under its name, and what was saved here becomes a copy. Faults: `forbidden` (not-yours: of
 * another author and not shared), `invalid` (too-many).
 */
export const wallProcedures = {
  scenes: {
    watch: caseworkers.output(topic<Kept<Scene>[], Kept<Scene>[]>()),
    save: caseworkers.input(z.object({ ...keep, body: scene })).output(type<null>()),
    /** Idempotent. */
    remove: caseworkers.input(reference).output(type<null>()),
  },
  tours: {
    watch: caseworkers.output(topic<Kept<Tour>[], Kept<Tour>[]>()),
    save: caseworkers.input(z.object({ ...keep, body: tour })).output(type<null>()),
    /** Idempotent. */
    remove: caseworkers.input(reference).output(type<null>()),
  },
}
