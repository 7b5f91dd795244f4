/** Draws everything above the grids onto the map's canvas: the selected grid, cameras, staff, cases, the selected case. */
import type { Cluster } from './clusters.ts'
import { createRoom } from './declutter.ts'
import type { Area } from './geometry.ts'
import { traceArea } from './grid-tiles.ts'
import type { Palette } from './palette.ts'
import { drawRouteLine, type RouteLine } from './route-line.ts'
import type { Sprite } from './sprites.ts'

/** How a cluster looks: a picture, and words beside it. */
export interface Look {
  sprite: Sprite
  words: Sprite | null
  opacity: number
}

export interface MarkLayer {
  /** Gives way to the layers above it. */
  mayHide: boolean
  clusters: readonly Cluster[]
  look(cluster: Cluster): Look
}

export interface Scene {
  /** In this order, the later ones above. */
  layers: readonly MarkLayer[]
  selectedArea: Area | null
  /** A patrol route that is planned. */
  route?: RouteLine | null
  /** Above everything, and never hidden in a cluster. */
  selected: { x: number; y: number; look: Look } | null
}

/** What of the plane the canvas shows. */
export interface Frame {
  left: number
  top: number
  resolution: number
  width: number
  height: number
}

const margin = 60

/** `context` is scaled so that a unit is one pixel of the page. */
export function drawScene(context: CanvasRenderingContext2D, frame: Frame, scene: Scene, palette: Palette): void {
  if (scene.selectedArea) drawSelectedArea(context, frame, scene.selectedArea, palette)
  for (const { x, y, look } of placeMarks(frame, scene)) drawLook(context, x, y, look)
  if (scene.route) drawRouteLine(context, frame, scene.route, palette)
  if (scene.selected) {
    const x = (scene.selected.x - frame.left) / frame.resolution
    const y = (frame.top - scene.selected.y) / frame.resolution
    drawRing(context, x, y, palette)
    drawLook(context, x, y, scene.selected.look)
  }
  context.globalAlpha = 1
}

interface Placed {
  x: number
  y: number
  look: Look
}

/** What of the scene is on the canvas and finds room, in the order of drawing. */
function placeMarks(frame: Frame, { layers, selected }: Scene): Placed[] {
  const { left, top, resolution, width, height } = frame
  const room = createRoom(-left / resolution, top / resolution)
  const placed: Placed[] = []
  if (selected) {
    const [x, y] = [(selected.x - left) / resolution, (top - selected.y) / resolution]
    room({ x, y, wordsWidth: selected.look.words?.width ?? 0, needsWords: true, mayHide: false })
  }
  for (const { clusters, look: lookOf, mayHide } of layers.toReversed()) {
    for (const cluster of clusters) {
      const x = (cluster.x - left) / resolution
      const y = (top - cluster.y) / resolution
      if (x < -margin || y < -margin || x > width + margin || y > height + margin) continue
      const look = lookOf(cluster)
      const wordsWidth = look.words?.width ?? 0
      const answer = room({ x, y, wordsWidth, needsWords: cluster.count > 1, mayHide })
      if (answer === 'hidden') continue
      placed.push({ x, y, look: answer === 'whole' ? look : { ...look, words: null } })
    }
  }
  return placed.reverse()
}

function drawLook(context: CanvasRenderingContext2D, x: number, y: number, { sprite, words, opacity }: Look): void {
  context.globalAlpha = opacity
  // Whole pixels: a picture between two of them is blurred, and copied more slowly.
  const [left, top] = [Math.round(x - sprite.width / 2), Math.round(y - sprite.height / 2)]
  context.drawImage(sprite.image, left, top, sprite.width, sprite.height)
  if (words)
    context.drawImage(words.image, left + sprite.width, Math.round(y - words.height / 2), words.width, words.height)
}

function drawSelectedArea(context: CanvasRenderingContext2D, frame: Frame, area: Area, palette: Palette): void {
  context.beginPath()
  traceArea(context, area, frame)
  context.lineJoin = 'round'
  context.globalAlpha = 0.12
  context.fillStyle = palette.accent
  context.fill()
  context.globalAlpha = 1
  context.lineWidth = 2
  context.strokeStyle = palette.accent
  context.stroke()
}

function drawRing(context: CanvasRenderingContext2D, x: number, y: number, palette: Palette): void {
  context.globalAlpha = 1
  for (const [width, colour] of [
    [5, palette.ground],
    [2.5, palette.accent],
  ] as const) {
    context.beginPath()
    context.arc(x, y, 14, 0, 2 * Math.PI)
    context.lineWidth = width
    context.strokeStyle = colour
    context.stroke()
  }
}
