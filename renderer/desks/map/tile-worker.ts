/** A worker that turns tiles of the base map into pictures, so that decoding and drawing never hold up a frame. */
import MVT from 'ol/format/MVT.js'
import { drawVectorTile, type VectorLook } from './vector-tile.ts'

export interface TileWork {
  id: number
  type: string
  /** Base64. */
  data: string
  /** What follows is for vector tiles only. The level is that of the picture. */
  level: number
  /** Side of the picture, in pixels of the page. */
  side: number
  /** Which part of the tile the picture shows: beyond the map's last level, one of `across` x `across`. */
  part: { across: number; column: number; row: number }
  look: VectorLook
}

/** Null: it cannot be drawn. */
export interface TileDone {
  id: number
  image: ImageBitmap | null
}

const vector = 'application/vnd.mapbox-vector-tile'
const format = new MVT()

async function draw({ type, data, level, side, part, look }: TileWork): Promise<ImageBitmap> {
  const bytes = Uint8Array.from(atob(data), (char) => char.charCodeAt(0))
  if (type !== vector) return await createImageBitmap(new Blob([bytes], { type }))
  const canvas = new OffscreenCanvas(side * look.ratio, side * look.ratio)
  const context = canvas.getContext('2d')
  if (!context) throw new Error('there is no canvas')
  context.scale(look.ratio, look.ratio)
  // The format lays the tile into this box, whose upper side is where y begins to fall.
  const [whole, left, top] = [side * part.across, -side * part.column, side * part.row]
  const features = format.readFeatures(bytes.buffer, { extent: [left, top - whole, left + whole, top] })
  drawVectorTile(context, features, { level, side, look })
  return canvas.transferToImageBitmap()
}

self.addEventListener('message', (event: MessageEvent<TileWork>) => {
  const { id } = event.data
  draw(event.data).then(
    (image) => self.postMessage({ id, image } satisfies TileDone, { transfer: [image] }),
    () => self.postMessage({ id, image: null } satisfies TileDone),
  )
})
