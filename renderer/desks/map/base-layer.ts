/** The layer of the base map: its opacity and, where it is drawn here, its colours are those of the theme. */
import TileLayer from 'ol/layer/Tile.js'
import type ImageTileSource from 'ol/source/ImageTile.js'
import type { BaseMap } from '../../../native/contract/places.ts'
import { createBaseTiles, type LoadTile } from './base-tiles.ts'
import type { Palette } from './palette.ts'
import type { Plane } from './projection.ts'
import { createTilePainter } from './tile-painter.ts'

export interface BaseLayerOptions {
  baseMap: BaseMap
  plane: Plane
  load: LoadTile
  ratio: number
  palette: Palette
}

export interface BaseLayer {
  layer: TileLayer<ImageTileSource>
  setPalette(palette: Palette): void
  /** Told whenever another tile has come. */
  onTile(tell: () => void): void
  close(): void
}

export function createBaseLayer({ baseMap, plane, load, ratio, palette }: BaseLayerOptions): BaseLayer {
  const painter = createTilePainter()
  const isVector = baseMap.tiles === 'vector'
  function sourceFor({ theme, font }: Palette): ImageTileSource {
    const source = createBaseTiles({ baseMap, plane, load, painter, look: { theme, ratio, font } })
    source.on('tileloadend', () => tellTile())
    return source
  }
  const opacityOf = ({ baseOpacity }: Palette) => (isVector ? 1 : baseOpacity)
  const layer = new TileLayer({ opacity: opacityOf(palette), source: sourceFor(palette) })
  let tellTile = () => undefined as void
  return {
    layer,
    setPalette(next) {
      layer.setOpacity(opacityOf(next))
      if (isVector) layer.setSource(sourceFor(next))
    },
    onTile: (tell) => void (tellTile = tell),
    close: painter.close,
  }
}
