/** The configured base map as a source of the map; its tiles come through the native program. */
import ImageTileSource from 'ol/source/ImageTile.js'
import TileGrid from 'ol/tilegrid/TileGrid.js'
import type { BaseMap, TileRequest } from '../../../native/contract/places.ts'
import type { Plane } from './projection.ts'

export type LoadTile = (request: TileRequest, signal: AbortSignal) => Promise<string>

const tileSide = 256

export function createBaseTiles({ minLevel, maxLevel }: BaseMap, plane: Plane, load: LoadTile): ImageTileSource {
  const resolutions = Array.from({ length: maxLevel + 1 }, (_, level) => plane.coarsest / 2 ** level)
  return new ImageTileSource({
    projection: plane.name,
    tileGrid: new TileGrid({ resolutions, origin: plane.origin, tileSize: tileSide, minZoom: minLevel }),
    transition: 0,
    wrapX: false,
    async loader(level, column, row, { signal }) {
      const image = new Image(tileSide, tileSide)
      image.src = await load({ level, column, row }, signal)
      await image.decode()
      return image
    },
  })
}
