/** Grids as tiles that are drawn once and moved as pictures: moving the map costs the same for 148 grids and for 1,809. */
import ImageTileSource from 'ol/source/ImageTile.js'
import TileGrid from 'ol/tilegrid/TileGrid.js'
import type { Area } from './geometry.ts'
import type { Palette } from './palette.ts'
import type { Plane } from './projection.ts'

const side = 512
/** Names come in where they fit. */
const nameSize = 12

export interface GridTilesOptions {
  plane: Plane
  areas: readonly Area[]
  palette: Palette
  ratio: number
  /** Lines must stand out from a base map, and step back on plain ground. */
  isOnMap: boolean
}

/** A source of its own for every change of what is drawn: its tiles are then drawn anew, and old ones shown until then. */
export function createGridTiles({ plane, areas, palette, ratio, isOnMap }: GridTilesOptions): ImageTileSource {
  const { resolutions, origin } = plane
  const widths = measureNames(areas, palette)
  let turn = Promise.resolve()
  return new ImageTileSource({
    projection: plane.name,
    tileGrid: new TileGrid({ resolutions, origin, tileSize: side }),
    transition: 0,
    interpolate: true,
    wrapX: false,
    async loader(level, column, row) {
      // One tile for each frame, so that none waits for more than one of them.
      turn = turn.then(() => new Promise((resolve) => requestAnimationFrame(() => resolve())))
      await turn
      const resolution = resolutions[level] ?? 1
      const left = origin[0] + column * side * resolution
      const top = origin[1] - row * side * resolution
      const image = document.createElement('canvas')
      image.width = side * ratio
      image.height = side * ratio
      const context = image.getContext('2d')
      if (context) {
        context.scale(ratio, ratio)
        context.strokeStyle = isOnMap ? palette['text-second'] : palette.unknown
        context.globalAlpha = isOnMap ? 0.9 : 0.6
        drawTile(context, { left, top, resolution }, areas, widths, palette)
      }
      return image
    },
  })
}

interface Frame {
  left: number
  top: number
  resolution: number
}

/** The outlines' colour is set before. */
function drawTile(
  context: CanvasRenderingContext2D,
  frame: Frame,
  areas: readonly Area[],
  widths: ReadonlyMap<string, number>,
  palette: Palette,
): void {
  const { left, top, resolution } = frame
  const reach = side * resolution
  const margin = 2 * resolution
  const shown = areas.filter(
    (area) =>
      area.right > left - margin &&
      area.left < left + reach + margin &&
      area.top > top - reach - margin &&
      area.bottom < top + margin,
  )
  context.lineJoin = 'round'
  context.lineWidth = 1
  context.beginPath()
  for (const area of shown) traceArea(context, area, frame)
  context.stroke()
  context.globalAlpha = 1
  context.font = `${nameSize}px ${palette.font}`
  context.textAlign = 'center'
  context.textBaseline = 'middle'
  context.lineWidth = 3
  context.strokeStyle = palette.ground
  context.fillStyle = palette['text-second']
  for (const area of shown) {
    const isWideEnough = (widths.get(area.code) ?? Infinity) + 12 < area.labelWidth / resolution
    if (!isWideEnough || (area.top - area.bottom) / resolution < nameSize * 2.5) continue
    const [x, y] = [(area.labelX - left) / resolution, (top - area.labelY) / resolution]
    context.strokeText(area.name, x, y)
    context.fillText(area.name, x, y)
  }
}

/** Adds the outline to the path; `left` and `top` are where the canvas begins. */
export function traceArea(context: CanvasPath, { ring }: Area, { left, top, resolution }: Frame): void {
  for (let index = 0; index < ring.length; index += 2) {
    const x = ((ring[index] as number) - left) / resolution
    const y = (top - (ring[index + 1] as number)) / resolution
    if (index === 0) context.moveTo(x, y)
    else context.lineTo(x, y)
  }
  context.closePath()
}

function measureNames(areas: readonly Area[], palette: Palette): ReadonlyMap<string, number> {
  const context = document.createElement('canvas').getContext('2d')
  if (!context) return new Map()
  context.font = `${nameSize}px ${palette.font}`
  return new Map(areas.map(({ code, name }) => [code, context.measureText(name).width]))
}
