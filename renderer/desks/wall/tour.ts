/** A tour (轮巡): pages of cameras that follow one another, each for a while. Plain values, changed by plain functions. */
import type { CameraRow } from '../../../native/contract/camera.ts'
import type { Tour } from '../../../native/contract/wall.ts'
import { sizeOf } from './layout-plans.ts'

/** As the contract has them; a test holds them to it. */
export const dwellSeconds = { least: 5, most: 3_600, usual: 15 } as const
export const mostGroups = 50
export const mostOfGroup = 400

export interface Page {
  group: string
  cameraIds: readonly string[]
  /** Which page of the group it is, from 1. */
  at: number
  of: number
}

/** Cameras that are no longer shared are left out, and so are pages that would be empty. */
export function pagesOf({ layout, groups }: Tour, isKnown: (cameraId: string) => boolean): Page[] {
  const size = sizeOf(layout)
  return groups.flatMap(({ name, cameraIds }) => {
    const known = cameraIds.filter(isKnown)
    const of = Math.ceil(known.length / size)
    return Array.from({ length: of }, (_, at): Page => {
      return { group: name, cameraIds: known.slice(at * size, (at + 1) * size), at: at + 1, of }
    })
  })
}

/** `turns` counts pages since the start, so that a tour of one page also has a next one. */
export interface Run {
  turns: number
  page: number
  /** Until the page turns. */
  leftMs: number
}

export const begun = (dwellMs: number): Run => ({ turns: 0, page: 0, leftMs: dwellMs })

/** The page `by` further on (or back), shown for the whole time. */
export function turned(run: Run, by: number, pages: number, dwellMs: number): Run {
  if (pages === 0) return { ...run, leftMs: dwellMs }
  return { turns: run.turns + 1, page: (((run.page + by) % pages) + pages) % pages, leftMs: dwellMs }
}

/** Time passes while nothing holds the tour. However much has passed (a machine that slept), one page turns and is shown in full. */
export function passed(run: Run, ms: number, pages: number, dwellMs: number): Run {
  const leftMs = run.leftMs - ms
  return leftMs > 0 ? { ...run, leftMs } : turned(run, 1, pages, dwellMs)
}

/** Pictures of the next page are asked for so long before it is shown. */
const aheadMs = 6_000
/** The next page, once it is near; null while it is not, or is the same. */
export function pageAhead(run: Run, pages: number): number | null {
  return pages > 1 && run.leftMs <= aheadMs ? (run.page + 1) % pages : null
}

export type TourBy = 'owner' | 'grid'

/** Groups for a tour of these cameras, in the order in which the cameras come; a group too large goes on in another of its name. */
export function groupsOf(rows: readonly CameraRow[], by: TourBy, name: (row: CameraRow) => string): Tour['groups'] {
  const key = (row: CameraRow) => (by === 'owner' ? row.owner : row.gridCode)
  const groups = Map.groupBy(rows, key)
  return [...groups.values()].flatMap((group) => inParts(name(group[0]!), group)).slice(0, mostGroups)
}

/** All of them as one group, as it stands. */
export function inParts(name: string, rows: readonly Pick<CameraRow, 'id'>[]): Tour['groups'] {
  const parts = Math.ceil(rows.length / mostOfGroup)
  return Array.from({ length: parts }, (_, at) => ({
    name,
    cameraIds: rows.slice(at * mostOfGroup, (at + 1) * mostOfGroup).map(({ id }) => id),
  }))
}
