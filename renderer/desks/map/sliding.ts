/**
 * Moving the map moves what was drawn: a canvas that reaches beyond the edges of the screen is shifted by the compositor,
 * and drawn anew only where it ends, when something on it has changed, or at rest.
 *
 * Without a GPU, handing a drawn canvas to the compositor is what a frame mostly costs; a shift costs next to nothing.
 */
import type OpenLayersMap from 'ol/Map.js'
import type { FrameState } from 'ol/Map.js'
import { compose, makeInverse } from 'ol/transform.js'
import ViewHint from 'ol/ViewHint.js'

/** How far the canvas reaches beyond each edge, in pixels of the page. */
export const beyond = 256
/** While moving, changes wait so long for each other, in ms. */
const paceMs = 150

/** What was drawn last. */
interface Drawn {
  center: readonly number[]
  resolution: number
  size: readonly number[]
  time: number
  wantedTiles: FrameState['wantedTiles']
}

/** An element for the map that reaches beyond its ground. */
export function createSheet(ground: HTMLElement): HTMLElement {
  const sheet = document.createElement('div')
  Object.assign(sheet.style, { position: 'absolute', inset: `${-beyond}px` })
  ground.style.overflow = 'hidden'
  ground.append(sheet)
  return sheet
}

/** Returns what tells it that something on the map has changed and is to be drawn soon. */
export function slideWhileMoving(map: OpenLayersMap, ratio: number): () => void {
  const renderer = map.getRenderer()
  const layers = map.getViewport()?.querySelector<HTMLElement>('.ol-layers')
  if (!renderer || !layers) return () => undefined
  layers.style.willChange = 'transform'
  const draw = renderer.renderFrame.bind(renderer)
  let drawn: Drawn | null = null
  let isSpoilt = false

  renderer.renderFrame = (frame) => {
    const shift = frame && drawn ? shiftOf(frame, drawn) : null
    const mayWait = frame && drawn && (!isSpoilt || frame.time - drawn.time < paceMs)
    if (frame && drawn && shift && mayWait && isMoving(frame)) {
      // Clicks and the tiles that are still to come go by the frame, not by what is drawn.
      placePixels(frame)
      frame.wantedTiles = drawn.wantedTiles
      layers.style.transform = `translate(${whole(shift[0], ratio)}px, ${whole(shift[1], ratio)}px)`
      return
    }
    layers.style.transform = ''
    isSpoilt = false
    draw(frame)
    drawn = frame && {
      ...{ center: frame.viewState.center.slice(), resolution: frame.viewState.resolution, time: frame.time },
      ...{ size: frame.size.slice(), wantedTiles: frame.wantedTiles },
    }
  }
  return () => {
    isSpoilt = true
    map.render()
  }
}

/** As the map's own renderer does when it draws. */
function placePixels({ size, viewState, ...frame }: FrameState): void {
  const { center, resolution } = viewState
  const [middleX, middleY] = [(size[0] ?? 0) / 2, (size[1] ?? 0) / 2]
  const [x, y] = [-(center[0] ?? 0), -(center[1] ?? 0)]
  compose(frame.coordinateToPixelTransform, middleX, middleY, 1 / resolution, -1 / resolution, 0, x, y)
  makeInverse(frame.pixelToCoordinateTransform, frame.coordinateToPixelTransform)
}

function isMoving({ viewHints }: FrameState): boolean {
  return Boolean(viewHints[ViewHint.ANIMATING] || viewHints[ViewHint.INTERACTING])
}

/** How far what was drawn must be moved, in pixels; null when it does not reach, or is of another scale. */
export function shiftOf(frame: Pick<FrameState, 'viewState' | 'size'>, drawn: Omit<Drawn, 'time' | 'wantedTiles'>) {
  const { center, resolution } = frame.viewState
  const isSame = resolution === drawn.resolution && frame.size.every((side, index) => side === drawn.size[index])
  const right = ((drawn.center[0] ?? 0) - (center[0] ?? 0)) / resolution
  const down = ((center[1] ?? 0) - (drawn.center[1] ?? 0)) / resolution
  return isSame && Math.max(Math.abs(right), Math.abs(down)) <= beyond ? ([right, down] as const) : null
}

/** A picture between two pixels of the screen would be blurred. */
const whole = (pixels: number, ratio: number) => Math.round(pixels * ratio) / ratio
