/** Digital zoom: how much of a picture is seen and which part, as plain values. */

/** `x` and `y`: where the picture's left upper corner lies, in shares of the tile; 0 to 1 - scale. */
export interface Zoom {
  scale: number
  x: number
  y: number
}
export const wholePicture: Zoom = { scale: 1, x: 0, y: 0 }
export const mostZoom = 8
/** One turn of the wheel or one key. */
export const zoomStep = 1.25

const within = (value: number, least: number, most: number) => Math.min(most, Math.max(least, value))

/** No edge of the picture comes inside the tile. */
function kept({ scale, x, y }: Zoom): Zoom {
  return { scale, x: within(x, 1 - scale, 0), y: within(y, 1 - scale, 0) }
}

/** The point (`atX`, `atY`) of the tile, in shares of it, shows the same after as before. */
export function zoomBy(zoom: Zoom, factor: number, atX = 0.5, atY = 0.5): Zoom {
  const wanted = within(zoom.scale * factor, 1, mostZoom)
  // Ends exactly at the whole picture, whatever was multiplied.
  const scale = wanted < 1.01 ? 1 : wanted
  const by = scale / zoom.scale
  return kept({ scale, x: atX - (atX - zoom.x) * by, y: atY - (atY - zoom.y) * by })
}

/** Drags the picture by shares of the tile. */
export const dragBy = (zoom: Zoom, x: number, y: number): Zoom => kept({ ...zoom, x: zoom.x + x, y: zoom.y + y })

/** For `transform` with the origin at the left upper corner. */
export const transformOf = ({ scale, x, y }: Zoom): string =>
  scale === 1 ? '' : `translate(${x * 100}%, ${y * 100}%) scale(${scale})`
