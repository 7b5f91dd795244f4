/** Puts the camera park's cameras on the ground of a sub-center and keeps the hub's list in step with the park. */
import type { SharedCamera as Camera } from '../../native/contract/camera.ts'
import type { Put } from '../../native/hub/protocol.ts'
import type { Geography } from './geography/geography.ts'
import type { Hub } from './hub/hub.ts'
import { createRandom } from './random.ts'
import { findSubCenter } from './sub-centers.ts'

/** Gives every camera a grid of the sub-center, a position in it and a place name that fits. */
export function placeCameras(
  cameras: readonly Camera[],
  geography: Geography,
  subCenter: string,
  seed: number,
): Camera[] {
  const random = createRandom(seed, `cameras ${subCenter}`)
  const town = findSubCenter(subCenter).name
  return cameras.map((camera) => {
    const grid = random.pick(geography.gridsOf(subCenter))
    const [longitude, latitude] = geography.positionIn(grid, random)
    const village = geography.stations.get(grid.stationCode)?.name ?? town
    const spot = camera.place.startsWith(town) ? camera.place.slice(town.length) : camera.place
    return { ...camera, gridCode: grid.code, longitude, latitude, place: village + withoutTown(spot) }
  })
}

/** The park may have named the camera after any town of the district. */
function withoutTown(spot: string): string {
  return spot.replace(/^.{2,4}(街道|镇|回族乡)/, '')
}

/** Ports differ from start to start: cameras that changed are listed anew, those that are gone are removed. */
export function listCameras(hub: Hub, subCenter: string, cameras: readonly Camera[]): void {
  const known = new Map(hub.present.cameras(subCenter).map((camera) => [camera.id, camera]))
  const listed = new Set(cameras.map(({ id }) => id))
  const puts = cameras
    .filter((camera) => !isSame(camera, known.get(camera.id)))
    .map((camera) => put({ ...camera, version: (known.get(camera.id)?.version ?? 0) + 1 }, false))
  const gone = [...known.values()].filter(({ id }) => !listed.has(id))
  const removals = gone.map((camera) => put({ ...camera, version: camera.version + 1 }, true))
  if (puts.length + removals.length > 0) hub.publishMany(subCenter, [...puts, ...removals])
}

const put = (camera: Camera, removed: boolean): Put => ({ kind: 'camera', camera, removed })

function isSame(camera: Camera, known: Camera | undefined): boolean {
  return known !== undefined && JSON.stringify({ ...camera, version: 0 }) === JSON.stringify({ ...known, version: 0 })
}
