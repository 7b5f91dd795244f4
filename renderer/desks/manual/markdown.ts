/** The little of Markdown that the manual is written in, as blocks to draw: headings, paragraphs, lists, tables, `keys`. */

/** A stretch of text; `isKey` for what stands between backticks. */
export interface Stretch {
  text: string
  isKey: boolean
}
export type Block =
  | { kind: 'title' | 'heading' | 'paragraph'; text: Stretch[] }
  | { kind: 'list'; items: Stretch[][] }
  | { kind: 'table'; head: Stretch[][]; rows: Stretch[][][] }

export function stretches(text: string): Stretch[] {
  return text
    .split('`')
    .map((part, index) => ({ text: part, isKey: index % 2 === 1 }))
    .filter((part) => part.text !== '')
}

const cells = (line: string) =>
  line
    .replace(/^\||\|$/g, '')
    .split('|')
    .map((cell) => stretches(cell.trim()))

function blockOf(lines: string[]): Block {
  const first = lines[0] ?? ''
  if (first.startsWith('## ')) return { kind: 'heading', text: stretches(first.slice(3)) }
  if (first.startsWith('# ')) return { kind: 'title', text: stretches(first.slice(2)) }
  if (first.startsWith('- ')) return { kind: 'list', items: lines.map((line) => stretches(line.slice(2))) }
  // A table's second line only draws the rule under its head.
  if (first.startsWith('|')) return { kind: 'table', head: cells(first), rows: lines.slice(2).map(cells) }
  return { kind: 'paragraph', text: stretches(lines.join('')) }
}

/** Blocks are separated by empty lines; a list item or a table row is one line. */
export function parseManual(source: string): Block[] {
  return source
    .replaceAll('\r', '')
    .split(/\n{2,}/)
    .map((block) => block.split('\n').filter((line) => line.trim() !== ''))
    .filter((lines) => lines.length > 0)
    .map(blockOf)
}
