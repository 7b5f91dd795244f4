/** Comma-separated values (RFC 4180) that are safe to open in a spreadsheet. */

export interface CsvLine {
  /** Where it begins, counted from 1: a quoted value may hold line breaks. */
  line: number
  cells: string[]
}

/** Null when a quote is never closed or stands in the middle of a value. Empty lines are left out. */
export function readCsv(text: string): CsvLine[] | null {
  const lines: CsvLine[] = []
  let at = text.startsWith('\uFEFF') ? 1 : 0
  let line = 1
  while (at < text.length) {
    const start = line
    const cells: string[] = []
    for (;;) {
      const cell = readCell(text, at)
      if (!cell) return null
      cells.push(cell.value)
      line += cell.breaks
      at = cell.end
      if (text[at] !== ',') break
      at += 1
    }
    at += text.startsWith('\r\n', at) ? 2 : 1
    line += 1
    if (cells.length > 1 || cells[0] !== '') lines.push({ line: start, cells })
  }
  return lines
}

/** One value from `at`; `end` is where its comma or line break stands, or the end of the text. */
function readCell(text: string, at: number): { value: string; end: number; breaks: number } | null {
  const isQuoted = text[at] === '"'
  const pattern = isQuoted ? /"((?:[^"]|"")*)"(?=,|\r?\n|\r|$)/y : /([^",\r\n]*)(?=,|\r?\n|\r|$)/y
  pattern.lastIndex = at
  const [whole, inner = ''] = pattern.exec(text) ?? []
  if (whole === undefined) return null
  const value = isQuoted ? inner.replaceAll('""', '"') : inner
  return { value: unguarded(value), end: at + whole.length, breaks: whole.split('\n').length - 1 }
}

/** With the mark that makes spreadsheets read UTF-8. */
export const csvMark = '\uFEFF'

export function writeCsvLine(cells: readonly string[]): string {
  return `${cells.map(writeCell).join(',')}\r\n`
}

/** What a spreadsheet would take for a formula, and long numbers that it would round, begin with an apostrophe: then it is text. */
const risky = /^(?:[=+\-@\t\r]|\d{12,}$)/

function writeCell(value: string): string {
  // A value that begins with an apostrophe of its own gets another one, so that reading gives it back.
  const guarded = risky.test(value) || value.startsWith("'") ? `'${value}` : value
  return /[",\r\n]/.test(guarded) ? `"${guarded.replaceAll('"', '""')}"` : guarded
}

const unguarded = (value: string) => (value.startsWith("'") ? value.slice(1) : value)
