/** Decides which marks and words are drawn where there is not room for all. Pure. */

/** What wants to be drawn, in pixels of the page. */
export interface Wish {
  x: number
  y: number
  /** Width of the words beside the mark; 0 without any. */
  wordsWidth: number
  /** Words that must not go: without its number a cluster would look like a single mark. */
  needsWords: boolean
  /** Gives way to what is more important. */
  mayHide: boolean
}

export type Room = 'whole' | 'without-words' | 'hidden'

const cell = 20
/** Where the words of a mark begin, from its middle. */
const wordsFrom = 10

/**
 * Asked in order of importance. `originX` and `originY` are where the plane's origin lies, in pixels: cells belong to the
 * plane, so that nothing comes and goes while the map is moved.
 */
export function createRoom(originX: number, originY: number): (wish: Wish) => Room {
  const taken = new Set<number>()
  const column = (x: number) => Math.floor((x - originX) / cell)
  const row = (y: number) => Math.floor((y - originY) / cell)
  const key = (x: number, y: number) => x * 4_194_304 + y

  return ({ x, y, wordsWidth, needsWords, mayHide }) => {
    const [ownColumn, ownRow] = [column(x), row(y)]
    const own = key(ownColumn, ownRow)
    if (mayHide && taken.has(own)) return 'hidden'
    taken.add(own)
    if (wordsWidth === 0) return 'whole'
    const last = column(x + wordsFrom + wordsWidth)
    const cells = Array.from({ length: Math.max(0, last - ownColumn) }, (_, index) =>
      key(ownColumn + 1 + index, ownRow),
    )
    if (!needsWords && cells.some((each) => taken.has(each))) return 'without-words'
    for (const each of cells) taken.add(each)
    return 'whole'
  }
}
