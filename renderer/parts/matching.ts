/** Finding by code, Chinese or pinyin initials, for short lists. Pure. */

/** The first character of each initial in the order of pinyin; `i`, `u` and `v` begin no syllable. */
const firsts: readonly (readonly [string, string])[] = [
  ...([
    ['阿', 'a'],
    ['八', 'b'],
    ['嚓', 'c'],
    ['咑', 'd'],
    ['妸', 'e'],
    ['发', 'f'],
    ['旮', 'g'],
    ['哈', 'h'],
  ] as const),
  ...([
    ['讥', 'j'],
    ['咔', 'k'],
    ['垃', 'l'],
    ['呣', 'm'],
    ['拏', 'n'],
    ['噢', 'o'],
    ['妑', 'p'],
    ['七', 'q'],
  ] as const),
  ...([
    ['呥', 'r'],
    ['仨', 's'],
    ['他', 't'],
    ['屲', 'w'],
    ['夕', 'x'],
    ['丫', 'y'],
    ['帀', 'z'],
  ] as const),
]
const byPinyin = new Intl.Collator('zh-CN-u-co-pinyin')

/** 暴露垃圾 becomes bllj; what is not Chinese stays, in lower case. Rare readings of a character are not known. */
export function initialsOf(text: string): string {
  return [...text].map((character) => initialOf(character) ?? character.toLowerCase()).join('')
}

function initialOf(character: string): string | undefined {
  if (!/\p{Script=Han}/u.test(character)) return undefined
  return firsts.findLast(([first]) => byPinyin.compare(first, character) <= 0)?.[1]
}

/** Lower is better; null when `wanted` is not in it. All of `wanted` in a row counts more than scattered letters. */
export function matchOf(wanted: string, texts: readonly string[]): number | null {
  const sought = wanted.trim().toLowerCase()
  if (sought === '') return 0
  let best: number | null = null
  for (const [index, text] of texts.entries()) {
    const place = text.toLowerCase().indexOf(sought)
    const score = place >= 0 ? place + index / 10 : scattered(sought, text.toLowerCase())
    if (score !== null && (best === null || score < best)) best = score
  }
  return best
}

/** All letters in their order with others between: worse than any run of letters. */
function scattered(sought: string, text: string): number | null {
  let at = -1
  for (const letter of sought) {
    at = text.indexOf(letter, at + 1)
    if (at < 0) return null
  }
  return 1000 + at
}

/** Those that match, best first; the order given decides between equals. */
export function bestMatches<T>(
  items: readonly T[],
  wanted: string,
  textsOf: (item: T) => readonly string[],
  most: number,
): T[] {
  return items
    .map((item, index) => ({ item, index, score: matchOf(wanted, textsOf(item)) }))
    .filter((found): found is typeof found & { score: number } => found.score !== null)
    .toSorted((a, b) => a.score - b.score || a.index - b.index)
    .slice(0, most)
    .map(({ item }) => item)
}
