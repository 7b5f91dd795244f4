/** Small pictures of the marks, drawn once for each theme and copied from then on: copying is what a CPU does fast. */
import { freshnessOrder, lightOrder, ownerOrder } from './looks.ts'
import type { Palette } from './palette.ts'

export interface Sprite {
  image: HTMLCanvasElement
  width: number
  height: number
}

export interface Sprites {
  /** A light's shape; hollow while others are to act. */
  light(rank: number, isFilled: boolean, isFlagged: boolean): Sprite
  /** A camera's square with its owner's mark; `text` stands in it. */
  camera(text: string): Sprite
  person(rank: number): Sprite
  /** Words beside a mark. */
  words(text: string, isStrong?: boolean): Sprite
}

const size = 20
/** Counts and names come and go; beyond this many the pictures are made anew. */
const mostKept = 3_000

export function createSprites(palette: Palette, ratio: number): Sprites {
  const kept = new Map<string, Sprite>()

  function keep(key: string, width: number, height: number, draw: (context: CanvasRenderingContext2D) => void): Sprite {
    const known = kept.get(key)
    if (known) return known
    if (kept.size >= mostKept) kept.clear()
    const image = document.createElement('canvas')
    image.width = Math.ceil(width * ratio)
    image.height = Math.ceil(height * ratio)
    const context = image.getContext('2d')
    if (context) {
      context.scale(ratio, ratio)
      draw(context)
    }
    const sprite = { image, width, height }
    kept.set(key, sprite)
    return sprite
  }

  const font = (pixels: number, weight = '') => `${weight} ${pixels}px ${palette.font}`
  const measuring = document.createElement('canvas').getContext('2d')
  const widthOf = (text: string) => {
    if (!measuring) return text.length * 12
    measuring.font = font(12)
    return measuring.measureText(text).width
  }

  return {
    light: (rank, isFilled, isFlagged) =>
      keep(`light ${rank} ${isFilled} ${isFlagged}`, size, size, (context) =>
        drawLight(context, palette, rank, isFilled, isFlagged),
      ),
    camera: (text) =>
      keep(`camera ${text}`, 20, 20, (context) => {
        context.fillStyle = palette.panel
        context.strokeStyle = palette['text-second']
        context.beginPath()
        context.roundRect(2, 2, 16, 16, 3)
        context.fill()
        context.stroke()
        context.fillStyle = palette.text
        context.font = font(11)
        context.textAlign = 'center'
        context.textBaseline = 'middle'
        context.fillText(text, 10, 10.5)
      }),
    person: (rank) => keep(`person ${rank}`, size, size, (context) => drawPerson(context, palette, rank)),
    words(text, isStrong = false) {
      const key = `words ${isStrong} ${text}`
      const known = kept.get(key)
      if (known) return known
      const width = widthOf(text) + 10
      return keep(key, width, 18, (context) => {
        context.fillStyle = isStrong ? palette.text : palette.panel
        context.globalAlpha = isStrong ? 1 : 0.88
        context.beginPath()
        context.roundRect(0, 0, width, 18, 4)
        context.fill()
        context.globalAlpha = 1
        context.fillStyle = isStrong ? palette.panel : palette.text
        context.font = font(12)
        context.textBaseline = 'middle'
        context.fillText(text, 5, 9.5)
      })
    },
  }
}

/** The shapes of the queue's lights: disc, half disc, triangle, two bars, ring. */
function drawLight(
  context: CanvasRenderingContext2D,
  palette: Palette,
  rank: number,
  isFilled: boolean,
  isFlagged: boolean,
): void {
  const light = lightOrder[rank] ?? 'none'
  const colour = { none: 'unknown', green: 'ok', stopped: 'unknown', yellow: 'soon', red: 'late' } as const
  const path = new Path2D()
  if (light === 'red') {
    path.moveTo(10, 3.5)
    path.lineTo(17, 16)
    path.lineTo(3, 16)
    path.closePath()
  } else if (light === 'stopped') {
    path.rect(5.5, 4.5, 3.5, 11)
    path.rect(11, 4.5, 3.5, 11)
  } else path.arc(10, 10, 5.5, 0, 2 * Math.PI)
  // A rim of the ground keeps marks apart from each other and from the base map.
  context.lineJoin = 'round'
  context.lineWidth = isFlagged ? 5.5 : 4
  context.strokeStyle = isFlagged ? palette.accent : palette.ground
  context.stroke(path)
  context.lineWidth = 2
  context.fillStyle = palette.ground
  context.fill(path)
  context.strokeStyle = palette[colour[light]]
  context.fillStyle = palette[colour[light]]
  if (light === 'yellow') {
    context.stroke(path)
    const half = new Path2D()
    half.arc(10, 10, 5.5, -Math.PI / 2, Math.PI / 2)
    if (isFilled) context.fill(half)
    else halfLine(context)
  } else if (isFilled && light !== 'none') context.fill(path)
  else context.stroke(path)
}

/** A hollow half disc is a ring with a line across: its shape still tells the light. */
function halfLine(context: CanvasRenderingContext2D): void {
  context.beginPath()
  context.moveTo(10, 4.5)
  context.lineTo(10, 15.5)
  context.stroke()
}

/** Head and shoulders; only a ring when nobody knows where they are by now. */
function drawPerson(context: CanvasRenderingContext2D, palette: Palette, rank: number): void {
  const isStale = freshnessOrder[rank] === 'stale'
  const path = new Path2D()
  if (isStale) path.arc(10, 10, 4.5, 0, 2 * Math.PI)
  else {
    path.arc(10, 6.5, 3, 0, 2 * Math.PI)
    path.moveTo(4, 16.5)
    path.arc(10, 16.5, 6, Math.PI, 2 * Math.PI)
    path.closePath()
  }
  context.lineJoin = 'round'
  context.lineWidth = 4
  context.strokeStyle = palette.ground
  context.stroke(path)
  context.fillStyle = isStale ? palette.ground : palette.text
  context.fill(path)
  if (!isStale) return
  context.lineWidth = 1.5
  context.strokeStyle = palette['text-second']
  context.stroke(path)
}

/** The owners whose mark a cluster of cameras shows; null when they differ. */
export function ownerOf(low: number, high: number): (typeof ownerOrder)[number] | null {
  return low === high ? (ownerOrder[low] ?? null) : null
}
