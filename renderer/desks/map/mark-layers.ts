/** Turns cases, cameras and staff into marks: where they are in the plane, and how a mark or a cluster of them looks. */
import type { CameraRow } from '../../../native/contract/camera.ts'
import type { CasePoint, StaffPosition } from '../../../native/contract/places.ts'
import { type Cluster, columns, createClusters, type Marks } from './clusters.ts'
import type { Look } from './draw-marks.ts'
import { caseRank, freshnessOrder, isOurTurn, ownerOrder, positionAge } from './looks.ts'
import type { Plane } from './projection.ts'
import { ownerOf, type Sprites } from './sprites.ts'

/** What the marks say, in the language of the screen. */
export interface MarkWords {
  owner(owner: CameraRow['owner']): string
  cameras: string
  state(state: CasePoint['state']): string
  age(ms: number): string
}

export interface MarkSource {
  marks: Marks
  clusters: ReturnType<typeof createClusters>
  /** `isClose`: there is room for words. */
  look(cluster: Cluster, sprites: Sprites, words: MarkWords, isClose: boolean): Look
}

function source(marks: Marks, look: MarkSource['look']): MarkSource {
  return { marks, clusters: createClusters(marks), look }
}

export function caseMarks(cases: readonly CasePoint[], plane: Plane, now: number): MarkSource {
  const marks = columns(
    cases.map((point) => {
      const [x, y] = plane.project(point.longitude, point.latitude)
      return { id: point.id, x, y, rank: caseRank(point, now), isFlagged: point.supervised }
    }),
  )
  return source(marks, (cluster, sprites, words, isClose) => {
    const point = cases[cluster.index]
    const isSingle = cluster.count === 1
    const text = isSingle ? (isClose && point ? words.state(point.state) : null) : String(cluster.count)
    return {
      sprite: sprites.light(cluster.high, !isSingle || !point || isOurTurn(point.state), cluster.isFlagged),
      words: text === null ? null : sprites.words(text),
      opacity: 1,
    }
  })
}

/** The selected case, alone and with its number. */
export function selectedLook(point: CasePoint, now: number, sprites: Sprites, words: MarkWords): Look {
  return {
    sprite: sprites.light(caseRank(point, now), isOurTurn(point.state), point.supervised),
    words: sprites.words(`${point.number} ${words.state(point.state)}`, true),
    opacity: 1,
  }
}

export function cameraMarks(cameras: readonly CameraRow[], plane: Plane): MarkSource {
  const marks = columns(
    cameras.map(({ id, longitude, latitude, owner }) => {
      const [x, y] = plane.project(longitude, latitude)
      return { id, x, y, rank: ownerOrder.indexOf(owner) }
    }),
  )
  return source(marks, (cluster, sprites, words, isClose) => {
    const owner = ownerOf(cluster.low, cluster.high)
    const name = isClose && cluster.count === 1 ? (cameras[cluster.index]?.name ?? null) : null
    const text = cluster.count > 1 ? String(cluster.count) : name
    return {
      sprite: sprites.camera(owner ? words.owner(owner) : words.cameras),
      words: text === null ? null : sprites.words(text),
      opacity: 1,
    }
  })
}

export function staffMarks(staff: readonly StaffPosition[], plane: Plane, now: number): MarkSource {
  const marks = columns(
    staff.map(({ id, longitude, latitude, at }) => {
      const [x, y] = plane.project(longitude, latitude)
      return { id, x, y, rank: freshnessOrder.indexOf(positionAge(at, now).freshness) }
    }),
  )
  return source(marks, (cluster, sprites, words, isClose) => {
    const person = staff[cluster.index]
    const sprite = sprites.person(cluster.high)
    if (cluster.count > 1 || !person) return { sprite, words: sprites.words(String(cluster.count)), opacity: 1 }
    const { ms, freshness, opacity } = positionAge(person.at, now)
    // A fresh position needs no age.
    const text = freshness === 'fresh' ? person.name : `${person.name} ${words.age(ms)}`
    return { sprite, words: isClose ? sprites.words(text) : null, opacity }
  })
}

/** The mark nearest to a point of the plane, within reach; null when there is none. */
export function nearestCluster(clusters: readonly Cluster[], x: number, y: number, reach: number): Cluster | null {
  let best: Cluster | null = null
  let bestWay = reach
  for (const cluster of clusters) {
    const way = Math.hypot(cluster.x - x, cluster.y - y)
    if (way > bestWay) continue
    best = cluster
    bestWay = way
  }
  return best
}
