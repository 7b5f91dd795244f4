/** The configured base map as a source of the map; its tiles come through the native program, drawn by a worker. */
import ImageTileSource from 'ol/source/ImageTile.js'
import TileGrid from 'ol/tilegrid/TileGrid.js'
import type { BaseMap, Tile, TileRequest } from '../../../native/contract/places.ts'
import type { Plane } from './projection.ts'
import type { TilePainter } from './tile-painter.ts'
import type { VectorLook } from './vector-tile.ts'

export type LoadTile = (request: TileRequest, signal: AbortSignal) => Promise<Tile>

export interface BaseTilesOptions {
  baseMap: BaseMap
  plane: Plane
  load: LoadTile
  painter: TilePainter
  look: VectorLook
}

/** Vector tiles are drawn sharply beyond the map's own last level, pictures are stretched. */
const deepestDrawn = 19

export function createBaseTiles({ baseMap, plane, load, painter, look }: BaseTilesOptions): ImageTileSource {
  const { tiles, minLevel, maxLevel } = baseMap
  const isVector = tiles === 'vector'
  // A vector tile is drawn at twice the side: a level of it holds as much as the next one of pictures.
  const side = isVector ? 512 : 256
  const coarsest = (plane.coarsest * 256) / side
  const deepest = isVector ? Math.max(maxLevel, deepestDrawn) : maxLevel
  const resolutions = Array.from({ length: deepest + 1 }, (_, level) => coarsest / 2 ** level)
  return new ImageTileSource({
    projection: plane.name,
    tileGrid: new TileGrid({ resolutions, origin: plane.origin, tileSize: side, minZoom: minLevel }),
    transition: 0,
    wrapX: false,
    async loader(level, column, row, { signal }) {
      const { request, part } = sourceOf({ level, column, row }, maxLevel)
      const { type, data } = await load(request, signal)
      return await painter.paint({ type, data, level, side, part, look })
    },
  })
}

/** Which tile of the map a picture is drawn from, and from which part of it. */
export function sourceOf({ level, column, row }: TileRequest, maxLevel: number) {
  const across = 2 ** Math.max(0, level - maxLevel)
  const request = {
    level: Math.min(level, maxLevel),
    column: Math.floor(column / across),
    row: Math.floor(row / across),
  }
  return { request, part: { across, column: column % across, row: row % across } }
}
