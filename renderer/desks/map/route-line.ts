/** Draws a patrol route: its stops as numbers, joined in their order. */
import type { Frame } from './draw-marks.ts'
import type { Palette } from './palette.ts'

export interface RouteLine {
  /** In their order, in the plane of the view. */
  stops: readonly { x: number; y: number; number: number }[]
  /** Index of the selected stop; -1: none. */
  selected: number
}

const radius = 10

/** `context` is scaled so that a unit is one pixel of the page. */
export function drawRouteLine(
  context: CanvasRenderingContext2D,
  frame: Frame,
  route: RouteLine,
  palette: Palette,
): void {
  const places = route.stops.map(({ x, y }) => ({
    x: (x - frame.left) / frame.resolution,
    y: (frame.top - y) / frame.resolution,
  }))
  context.save()
  context.beginPath()
  for (const { x, y } of places) context.lineTo(x, y)
  context.lineJoin = 'round'
  for (const [width, colour] of [
    [5, palette.ground],
    [2, palette.accent],
  ] as const) {
    context.lineWidth = width
    context.strokeStyle = colour
    context.stroke()
  }
  context.font = `11px ${palette.font}`
  context.textAlign = 'center'
  context.textBaseline = 'middle'
  const draw = (at: number) => drawStop(context, places[at], route, at, palette)
  // From the last to the first: where stops lie on each other the lower number is read, and the selected one above all.
  for (let at = places.length - 1; at >= 0; at -= 1) draw(at)
  if (route.selected >= 0) draw(route.selected)
  context.restore()
}

function drawStop(
  context: CanvasRenderingContext2D,
  place: { x: number; y: number } | undefined,
  { stops, selected }: RouteLine,
  at: number,
  palette: Palette,
): void {
  const stop = stops[at]
  if (!place || !stop) return
  const isSelected = at === selected
  context.beginPath()
  context.arc(place.x, place.y, isSelected ? radius + 3 : radius, 0, 2 * Math.PI)
  context.fillStyle = isSelected ? palette.accent : palette.panel
  context.fill()
  context.lineWidth = 2
  context.strokeStyle = isSelected ? palette.text : palette.accent
  context.stroke()
  context.fillStyle = isSelected ? '#fff' : palette.text
  context.fillText(String(stop.number), place.x, place.y + 0.5)
}
