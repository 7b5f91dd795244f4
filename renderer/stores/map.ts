/** What the map shows: grids, open cases as points, staff in the field; which layers are on, and what is selected. */
import { defineStore } from 'pinia'
import { computed, shallowRef } from 'vue'
import type { CameraRow } from '../../native/contract/camera.ts'
import type {
  BaseMap,
  CasePoint,
  Grid,
  ListDelta,
  StaffPosition,
  Tile,
  TileRequest,
} from '../../native/contract/places.ts'
import { type Link, useLink } from '../link/link.ts'
import { createFollower } from './follower.ts'
import { applyListDelta, byKey } from './list-delta.ts'

export const mapLayers = ['base', 'grids', 'cases', 'cameras', 'staff'] as const
export type MapLayer = (typeof mapLayers)[number]

export const useMapStore = defineStore('map', () => {
  const link = useLink()
  const grids = createList<Grid>(
    ({ code }) => code,
    (following) => link.follow((client, signal) => client.places.grids(undefined, { signal }), following),
  )
  const cases = createList<CasePoint>(
    ({ id }) => id,
    (following) => link.follow((client, signal) => client.places.cases(undefined, { signal }), following),
  )
  const staff = createList<StaffPosition>(
    ({ id }) => id,
    (following) => link.follow((client, signal) => client.places.staff(undefined, { signal }), following),
  )
  // Followed here as well as by the wall: either may be opened without the other.
  const cameras = createList<CameraRow>(
    ({ id }) => id,
    (following) => link.follow((client, signal) => client.cameras.list(undefined, { signal }), following),
  )
  const lists = [grids, cases, staff, cameras]
  /** Undefined until it is known; null when none is configured. */
  const baseMap = shallowRef<BaseMap | null | undefined>(undefined)
  /** When the oldest of the tiles was fetched that are shown for want of newer ones; null when there are none. */
  const baseDate = shallowRef<number | null>(null)
  /** The case that is selected, here and in the queue. */
  const selectedCase = shallowRef<string | null>(null)
  const selectedGrid = shallowRef<string | null>(null)
  const hidden = shallowRef<ReadonlySet<MapLayer>>(new Set())
  let users = 0

  return {
    grids: grids.byId,
    cases: cases.byId,
    staff: staff.byId,
    cameras: cameras.byId,
    baseMap,
    baseDate,
    selectedCase,
    selectedGrid,
    hidden,
    freshness: computed(() => worst(lists.map(({ freshness }) => freshness.value))),
    fault: computed(() => lists.find(({ fault }) => fault.value !== null)?.fault.value ?? null),
    /** Follows everything until as many have closed as have opened. */
    open(): void {
      users += 1
      if (users > 1) return
      baseDate.value = null
      for (const list of lists) list.open()
      void askBaseMap(link).then((known) => (baseMap.value = known))
    },
    close(): void {
      users -= 1
      if (users > 0) return
      for (const list of lists) list.close()
    },
    toggle(layer: MapLayer): void {
      const next = new Set(hidden.value)
      if (!next.delete(layer)) next.add(layer)
      hidden.value = next
    },
    /** A tile of the base map. Faults: `not-found`, `offline`. */
    async tile(request: TileRequest, signal: AbortSignal): Promise<Tile> {
      const tile = await link.call((client, limit) => client.places.tile(request, { signal: limit }), { signal })
      if (tile.cachedAt !== null) baseDate.value = Math.min(tile.cachedAt, baseDate.value ?? Infinity)
      return tile
    },
  }
})

type Follow<T> = Parameters<ReturnType<typeof createFollower<readonly T[], ListDelta<T>>>['start']>[0]

/** One topic of the map; `byId` is null until it has come. */
function createList<T>(keyOf: (item: T) => string, follow: Follow<T>) {
  const byId = shallowRef<ReadonlyMap<string, T> | null>(null)
  const follower = createFollower<readonly T[], ListDelta<T>>({
    onSnapshot: (items) => (byId.value = byKey(items, keyOf)),
    onDelta: (delta) => {
      if (!byId.value) return false
      byId.value = applyListDelta(byId.value, delta, keyOf)
      return true
    },
  })
  return {
    byId,
    freshness: follower.freshness,
    fault: follower.fault,
    open: () => follower.start(follow),
    close(): void {
      follower.stop()
      byId.value = null
    },
  }
}

/** Without an answer the map does without: it is plain ground then. */
function askBaseMap(link: Link): Promise<BaseMap | null> {
  return link.call((client, signal) => client.places.baseMap(undefined, { signal })).catch(() => null)
}

const order = ['live', 'idle', 'loading', 'stale', 'failed'] as const
function worst(all: readonly (typeof order)[number][]): (typeof order)[number] {
  return order[Math.max(...all.map((one) => order.indexOf(one)))] ?? 'idle'
}
