/** Marks on a frozen picture: boxes, arrows and words, placed in shares of its width and height; moved by keys as by mouse. Pure, but for drawing. */

export const markKinds = ['box', 'arrow', 'text'] as const
export type MarkKind = (typeof markKinds)[number]

/** Shares from 0 to 1. A box spans both corners; an arrow points from the first to the second; words stand at the first. */
export interface PictureMark {
  kind: MarkKind
  x1: number
  y1: number
  x2: number
  y2: number
  text: string
}

const within = (share: number) => Math.min(1, Math.max(0, share))
/** One press of an arrow key. */
const stepShare = 0.02
const ways: Partial<Record<string, readonly [number, number]>> = {
  ArrowLeft: [-1, 0],
  ArrowRight: [1, 0],
  ArrowUp: [0, -1],
  ArrowDown: [0, 1],
}

/** In the middle, to be moved from there. */
export function newMark(kind: MarkKind): PictureMark {
  const [from, to] = kind === 'box' ? [0.4, 0.6] : [0.35, 0.5]
  return { kind, x1: from, y1: from, x2: to, y2: to, text: '' }
}

/** `isSizing` moves only the second corner. Null when the key is none of the arrows. */
export function movedMark(mark: PictureMark, key: string, isSizing: boolean): PictureMark | null {
  const way = ways[key]
  if (!way) return null
  const [dx, dy] = [way[0] * stepShare, way[1] * stepShare]
  const far = { x2: within(mark.x2 + dx), y2: within(mark.y2 + dy) }
  if (isSizing) return { ...mark, ...far }
  // As a whole or not at all: at the edge it keeps its size.
  const fits = [mark.x1 + dx, mark.x2 + dx, mark.y1 + dy, mark.y2 + dy].every((share) => share >= 0 && share <= 1)
  return fits ? { ...mark, x1: mark.x1 + dx, y1: mark.y1 + dy, ...far } : mark
}

/** From where the pointer was pressed to where it is now. */
export const draggedMark = (mark: PictureMark, from: readonly [number, number], to: readonly [number, number]) => ({
  ...mark,
  ...{ x1: within(from[0]), y1: within(from[1]), x2: within(to[0]), y2: within(to[1]) },
})

type Context = CanvasRenderingContext2D | OffscreenCanvasRenderingContext2D

/** Red with a light edge: legible on anything. */
export function drawMarks(context: Context, marks: readonly PictureMark[], width: number, height: number): void {
  const line = Math.max(2, Math.round(height / 200))
  for (const mark of marks)
    for (const [style, thick] of [
      ['#ffffff', line * 2],
      ['#e5202a', line],
    ] as const) {
      Object.assign(context, {
        strokeStyle: style,
        fillStyle: style,
        lineWidth: thick,
        lineJoin: 'round',
        lineCap: 'round',
      })
      drawMark(context, mark, { width, height, line, isEdge: thick > line })
    }
}

function drawMark(
  context: Context,
  { kind, x1, y1, x2, y2, text }: PictureMark,
  { width, height, line, isEdge }: { width: number; height: number; line: number; isEdge: boolean },
): void {
  const [left, top, right, bottom] = [x1 * width, y1 * height, x2 * width, y2 * height]
  if (kind === 'box') return context.strokeRect(left, top, right - left, bottom - top)
  if (kind === 'text') {
    context.font = `600 ${Math.max(14, Math.round(height / 22))}px "Microsoft YaHei", "Noto Sans CJK SC", sans-serif`
    context.textBaseline = 'top'
    return isEdge ? context.strokeText(text, left, top) : context.fillText(text, left, top)
  }
  const angle = Math.atan2(bottom - top, right - left)
  const head = line * 6
  context.beginPath()
  context.moveTo(left, top)
  context.lineTo(right, bottom)
  for (const turn of [-1, 1]) {
    context.moveTo(right, bottom)
    context.lineTo(right - head * Math.cos(angle + turn * 0.5), bottom - head * Math.sin(angle + turn * 0.5))
  }
  context.stroke()
}

/** A copy with the marks drawn into it; the original stays as it is. */
export async function markedCopy(original: Blob, marks: readonly PictureMark[]): Promise<Blob> {
  const picture = await createImageBitmap(original)
  const { width, height } = picture
  const canvas = new OffscreenCanvas(width, height)
  const context = canvas.getContext('2d')
  context?.drawImage(picture, 0, 0)
  picture.close()
  if (context) drawMarks(context, marks, width, height)
  return await canvas.convertToBlob({ type: 'image/jpeg', quality: 0.92 })
}
