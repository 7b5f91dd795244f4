/** Answers the part of the contract that is about places. */
import { differGrids } from './places/grid-store.ts'
import { differStaff } from './places/staff-positions.ts'
import { createGazetteer } from './places/whereabouts.ts'
import type { Follow, Implementer, Parts } from './router.ts'

export function placeRoutes(os: Implementer['places'], parts: Parts, follow: Follow) {
  const { session, places } = parts
  const gazetteer = createGazetteer(places.grids.all)
  return {
    grids: os.grids.handler(({ signal }) =>
      follow({ changed: places.gridsChanged, read: places.grids.all, differ: differGrids }, signal, session.scope()),
    ),
    staff: os.staff.handler(({ signal }) =>
      follow({ changed: places.staff.changed, read: places.staff.all, differ: differStaff }, signal, session.scope()),
    ),
    cases: os.cases.handler(({ signal }) =>
      follow(
        { changed: parts.casesChanged, read: places.casePoints.all, differ: places.casePoints.differ },
        signal,
        session.scope(),
      ),
    ),
    find: os.find.handler(({ input: { text, place } }) => gazetteer.find(text, place)),
    at: os.at.handler(({ input: { longitude, latitude } }) => gazetteer.at(longitude, latitude)),
    baseMap: os.baseMap.handler(() => places.baseMap.describe()),
    tile: os.tile.handler(({ input, signal }) => places.baseMap.tile(input, signal)),
  }
}
