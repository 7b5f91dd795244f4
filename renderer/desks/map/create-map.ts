/** The map itself: one canvas for everything, a view that stops at whole scales, and what a click hit. */
import { defaults as defaultInteractions } from 'ol/interaction/defaults.js'
import TileLayer from 'ol/layer/Tile.js'
import VectorLayer from 'ol/layer/Vector.js'
import OpenLayersMap from 'ol/Map.js'
import type RenderEvent from 'ol/render/Event.js'
import VectorSource from 'ol/source/Vector.js'
import View from 'ol/View.js'
import type { BaseMap, CasePoint } from '../../../native/contract/places.ts'
import type { LoadTile } from './base-tiles.ts'
import { createBaseLayer } from './base-layer.ts'
import type { Cluster } from './clusters.ts'
import { drawScene, type MarkLayer, type Scene } from './draw-marks.ts'
import { type Area, areaAt, boxOf } from './geometry.ts'
import { createGridTiles } from './grid-tiles.ts'
import { type MarkSource, type MarkWords, nearestCluster, selectedLook } from './mark-layers.ts'
import type { Palette } from './palette.ts'
import { type Plane, planeFor, registerDegrees } from './projection.ts'
import { beyond, createSheet, slideWhileMoving } from './sliding.ts'
import type { RouteLine } from './route-line.ts'
import { createSprites, type Sprites } from './sprites.ts'

/** What a click hit. A cluster of several is zoomed into and not told. */
export type Hit = { kind: 'case' | 'camera' | 'staff' | 'grid'; id: string } | { kind: 'ground' }

/** What is shown; a layer that is off or not known yet is null. */
export interface Shown {
  areas: readonly Area[] | null
  cases: MarkSource | null
  cameras: MarkSource | null
  staff: MarkSource | null
  selectedCase: CasePoint | null
  selectedArea: Area | null
  hasBase: boolean
  /** A patrol route that is planned. */
  route?: RouteLine | null
  /** The hub's time. */
  now: number
}

export interface MapOptions {
  element: HTMLElement
  baseMap: BaseMap | null
  palette: Palette
  words: MarkWords
  loadTile: LoadTile
  onHit: (hit: Hit) => void
  /** Told of every click first; true when it was meant as a place and nothing was to be hit. */
  onPoint: (longitude: number, latitude: number) => boolean
  /** From the first frame of a movement to the last: what is shown had better stay as it is. */
  onMoving: (isMoving: boolean) => void
}

export interface MapHandle {
  plane: Plane
  show(shown: Shown): void
  setPalette(palette: Palette): void
  zoomBy(steps: number): void
  /** In thirds of the screen. */
  panBy(right: number, up: number): void
  /** All grids. */
  fit(box?: [number, number, number, number]): void
  /** Moves there when it is not in sight; `covered` pixels at the right side do not count. */
  reveal(longitude: number, latitude: number, covered: number): void
  /** Ground metres of a pixel in the middle. */
  metresPerPixel(): number
  dispose(): void
}

const kindsFromBelow = ['cameras', 'staff', 'cases'] as const
type MarkKind = (typeof kindsFromBelow)[number]

/** Side of the squares that marks are gathered in, in pixels. */
const clusterSide = 56
const hitReach = 14
/** Up to this many ground metres a pixel there is room for words beside single marks. */
const closeMetres = 10
const moveMs = 160
/** What lies nearer to the edge than this does not count as in sight. */
const edge = 36
/** Tongzhou, before anything else is known. */
const start = [116.72, 39.88] as const

export function createMap(options: MapOptions): MapHandle {
  const { element, baseMap, words } = options
  registerDegrees()
  const plane = planeFor(baseMap)
  const ratio = window.devicePixelRatio || 1
  let { palette } = options
  let sprites: Sprites = createSprites(palette, ratio)
  let shown: Shown | null = null
  let hasFitted = false
  let revealed: { longitude: number; latitude: number; covered: number } | null = null

  const sheet = createSheet(element)
  const base = baseMap && createBaseLayer({ baseMap, plane, load: options.loadTile, ratio, palette })
  const grids = new TileLayer()
  // Holds nothing: its turn to draw is ours, on the canvas that the grids were drawn on.
  const marks = new VectorLayer({ source: new VectorSource() })
  const view = new View({
    projection: plane.name,
    resolutions: plane.resolutions,
    constrainResolution: true,
    enableRotation: false,
    center: [...plane.project(...start)],
    resolution: 110 / plane.metres(plane.project(...start)[1]),
  })
  const map = new OpenLayersMap({
    target: sheet,
    layers: base ? [base.layer, grids, marks] : [grids, marks],
    view,
    controls: [],
    interactions: defaultInteractions({ altShiftDragRotate: false, pinchRotate: false, keyboard: false }),
    pixelRatio: ratio,
  })

  const drawSoon = slideWhileMoving(map, ratio)
  marks.on('change', drawSoon)
  base?.onTile(drawSoon)
  /** Of what is in sight. */
  const sizeInSight = () => (map.getSize() ?? []).map((side) => side - 2 * beyond)

  const metresPerPixel = () => (view.getResolution() ?? 1) * plane.metres(view.getCenter()?.[1] ?? 0)
  const isClose = () => metresPerPixel() <= closeMetres
  /** Afar, what is not a case is gathered more, so that cases stand out. */
  const sideOf = (kind: MarkKind) =>
    clusterSide * (kind === 'cases' || isClose() ? 1 : 2) * (view.getConstrainedResolution(view.getResolution()) ?? 1)

  function sceneOf(what: Shown): Scene {
    const hasRoom = isClose()
    const layers = kindsFromBelow.flatMap((kind): MarkLayer[] => {
      const source = what[kind]
      if (!source) return []
      const look = (cluster: Cluster) => source.look(cluster, sprites, words, hasRoom)
      return [{ clusters: source.clusters(sideOf(kind)), look, mayHide: kind !== 'cases' }]
    })
    const { selectedArea, selectedCase, now, route = null } = what
    if (!selectedCase) return { layers, selectedArea, route, selected: null }
    const [x, y] = plane.project(selectedCase.longitude, selectedCase.latitude)
    return { layers, selectedArea, route, selected: { x, y, look: selectedLook(selectedCase, now, sprites, words) } }
  }

  marks.on('postrender', (event: RenderEvent) => {
    const { frameState, inversePixelTransform, context } = event
    if (!shown || !frameState || !inversePixelTransform || !(context instanceof CanvasRenderingContext2D)) return
    const [width = 0, height = 0] = frameState.size
    const { center, resolution } = frameState.viewState
    const left = (center[0] ?? 0) - (width / 2) * resolution
    const top = (center[1] ?? 0) + (height / 2) * resolution
    context.save()
    context.setTransform(...(inversePixelTransform as [number, number, number, number, number, number]))
    drawScene(context, { left, top, resolution, width, height }, sceneOf(shown), palette)
    context.restore()
  })

  function hitAt(x: number, y: number): Hit | null {
    if (!shown) return null
    const reach = hitReach * (view.getResolution() ?? 1)
    for (const kind of kindsFromBelow.toReversed()) {
      const source = shown[kind]
      const cluster = source && nearestCluster(source.clusters(sideOf(kind)), x, y, reach)
      if (!source || !cluster) continue
      const isDeepest = view.getZoom() === view.getMaxZoom()
      if (cluster.count > 1 && !isDeepest) {
        view.animate({ center: [cluster.x, cluster.y], zoom: (view.getZoom() ?? 0) + 2, duration: moveMs })
        return null
      }
      const names = { cases: 'case', staff: 'staff', cameras: 'camera' } as const
      return { kind: names[kind], id: source.marks.ids[cluster.index] ?? '' }
    }
    const area = areaAt(shown.areas ?? [], x, y)
    return area ? { kind: 'grid', id: area.code } : { kind: 'ground' }
  }
  map.on('click', ({ coordinate: [x = 0, y = 0] }) => {
    const { longitude, latitude } = plane.unproject(x, y)
    if (options.onPoint(longitude, latitude)) return
    const hit = hitAt(x, y)
    if (hit) options.onHit(hit)
  })
  map.on('movestart', () => options.onMoving(true))
  map.on('moveend', () => options.onMoving(false))
  const resizing = new ResizeObserver(() => {
    map.updateSize()
    // The panel of a case that was just opened takes its room from the map.
    if (revealed) handle.reveal(revealed.longitude, revealed.latitude, revealed.covered)
  })
  resizing.observe(element)

  function drawGrids(): void {
    const source =
      shown?.areas && createGridTiles({ plane, areas: shown.areas, palette, ratio, isOnMap: baseMap !== null })
    source?.on('tileloadend', drawSoon)
    grids.setSource(source ?? null)
    drawSoon()
  }

  const handle: MapHandle = {
    plane,
    show(next) {
      const before = shown
      shown = next
      base?.layer.setVisible(next.hasBase)
      if (!next.selectedCase) revealed = null
      if (before?.areas !== next.areas) drawGrids()
      marks.changed()
      if (!hasFitted && next.areas && next.areas.length > 0) handle.fit()
    },
    setPalette(next) {
      palette = next
      sprites = createSprites(palette, ratio)
      base?.setPalette(palette)
      drawGrids()
      marks.changed()
    },
    zoomBy: (steps) => view.animate({ zoom: (view.getZoom() ?? 0) + steps, duration: moveMs }),
    panBy(right, up) {
      const [width = 0, height = 0] = sizeInSight()
      const [x = 0, y = 0] = view.getCenter() ?? []
      const resolution = view.getResolution() ?? 1
      const center = [x + (right * width * resolution) / 3, y + (up * height * resolution) / 3]
      view.animate({ center, duration: moveMs })
    },
    fit(box = boxOf(shown?.areas ?? []) ?? undefined) {
      if (!box || !map.getSize()) return
      hasFitted = true
      const padding = beyond + 24
      view.fit(box, { padding: [padding, padding, padding, padding], nearest: false })
    },
    reveal(longitude, latitude, covered) {
      revealed = { longitude, latitude, covered }
      const [width = 0, height = 0] = sizeInSight()
      const [middleX = 0, middleY = 0] = view.getCenter() ?? []
      const resolution = view.getResolution() ?? 1
      const [east, north] = plane.project(longitude, latitude)
      const x = width / 2 + (east - middleX) / resolution
      const y = height / 2 - (north - middleY) / resolution
      const isInSight = x > edge && y > edge && x < width - covered - edge && y < height - edge
      const center = [east + (covered / 2) * resolution, north]
      if (!isInSight) view.animate({ center, duration: moveMs })
    },
    metresPerPixel,
    dispose() {
      resizing.disconnect()
      map.setTarget(undefined)
      map.dispose()
      base?.close()
      sheet.remove()
    },
  }
  return handle
}
