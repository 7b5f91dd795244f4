/** The monthly report of what was looked at, as tables of words: the same ones are shown, exported and printed. Pure. */
import type { CameraRow } from '../../../../native/contract/camera.ts'
import type { Coverage, CoverageRow } from '../../../../native/contract/patrol.ts'

export const sheetNames = ['cameras', 'places', 'hours', 'gaps', 'reasons'] as const
export type SheetName = (typeof sheetNames)[number]

export interface Cell {
  text: string
  /** What a sheet of figures takes instead of the text. */
  value?: number
  /** 1 to 4, by how much it is of the most; absent: none. */
  shade?: number
}
export interface Column {
  title: string
  kind: 'text' | 'number' | 'hour' | 'time'
}
export interface Line {
  key: string
  cells: readonly Cell[]
}
export interface Sheet {
  name: SheetName
  columns: readonly Column[]
  lines: readonly Line[]
}

export interface CoverageTotals {
  cameras: number
  seen: number
  lookedMs: number
  looks: number
  findings: number
}

type Translate = (key: string, named?: Record<string, unknown>) => string
export interface SheetParts {
  cameras: ReadonlyMap<string, Pick<CameraRow, 'name' | 'owner' | 'place'>>
  t: Translate
  /** A moment in words. */
  when: (at: number) => string
}

/** `2026-11` as instants of the workstation's zone; null when it is no month. */
export function monthSpan(month: string): { from: number; to: number } | null {
  const [, year, number] = /^(\d{4})-(0[1-9]|1[0-2])$/.exec(month) ?? []
  if (year === undefined || number === undefined) return null
  return {
    from: new Date(Number(year), Number(number) - 1, 1).getTime(),
    to: new Date(Number(year), Number(number), 1).getTime(),
  }
}
export function monthOf(at: number, by = 0): string {
  const date = new Date(at)
  const first = new Date(date.getFullYear(), date.getMonth() + by, 1)
  return `${first.getFullYear()}-${String(first.getMonth() + 1).padStart(2, '0')}`
}

const hours = Array.from({ length: 24 }, (_, hour) => hour)
const { compare: byName } = new Intl.Collator('zh', { numeric: true })
const sum = (values: Iterable<number>) => [...values].reduce((total, value) => total + value, 0)
const text = (said: string): Cell => ({ text: said })
const count = (value: number): Cell => ({ text: String(value), value })

/** Whole minutes; what is there but less than one says so, and nothing stays empty. `most`: what the darkest shade stands for. */
export function minutesCell(ms: number, most = 0): Cell {
  const value = Math.round(ms / 6_000) / 10
  const said = ms <= 0 ? '' : ms < 60_000 ? '<1' : String(Math.floor(ms / 60_000))
  const shade = most > 0 && ms > 0 ? { shade: Math.max(1, Math.ceil((ms / most) * 4)) } : {}
  return { text: said, value, ...shade }
}

export function totalsOf({ rows, unseen }: Coverage): CoverageTotals {
  const seen = rows.filter(({ lookedMs }) => lookedMs > 0)
  return {
    cameras: new Set([...rows.map(({ cameraId }) => cameraId), ...unseen]).size,
    ...{ seen: seen.length, lookedMs: sum(rows.map(({ lookedMs }) => lookedMs)) },
    looks: sum(rows.map(({ looks }) => looks)),
    findings: sum(rows.map(({ findings }) => findings)),
  }
}

export function sheetsOf(coverage: Coverage, parts: SheetParts): Record<SheetName, Sheet> {
  return {
    cameras: camerasSheet(coverage, parts),
    places: placesSheet(coverage, parts),
    hours: hoursSheet(coverage, parts),
    gaps: gapsSheet(coverage, parts),
    reasons: reasonsSheet(coverage, parts),
  }
}

const nameOf = ({ cameras }: SheetParts, id: string) => cameras.get(id)?.name ?? id
const ownerOf = ({ cameras, t }: SheetParts, id: string) => {
  const owner = cameras.get(id)?.owner
  return owner ? t(`terms.owners.${owner}`) : ''
}
const placeOf = ({ cameras }: SheetParts, id: string) => cameras.get(id)?.place ?? ''
const hourColumns: readonly Column[] = hours.map((hour) => ({ title: String(hour), kind: 'hour' }))
const columnsOf = ({ t }: SheetParts, kind: Column['kind'], ...names: string[]): Column[] =>
  names.map((name) => ({ title: t(`coverage.columns.${name}`), kind }))

function camerasSheet({ rows }: Coverage, parts: SheetParts): Sheet {
  const most = Math.max(0, ...rows.flatMap(({ byHour }) => byHour))
  const lines = rows
    .toSorted((one, other) => other.lookedMs - one.lookedMs)
    .map((row) => ({
      key: row.cameraId,
      cells: [
        ...[nameOf(parts, row.cameraId), ownerOf(parts, row.cameraId), placeOf(parts, row.cameraId)].map(text),
        ...hours.map((hour) => minutesCell(row.byHour[hour] ?? 0, most)),
        ...[minutesCell(row.lookedMs), count(row.looks), count(row.findings)],
        text(row.lastAt === null ? '' : parts.when(row.lastAt)),
      ],
    }))
  const columns = [
    ...columnsOf(parts, 'text', 'camera', 'owner', 'place'),
    ...hourColumns,
    ...columnsOf(parts, 'number', 'minutes', 'looks', 'findings'),
    ...columnsOf(parts, 'time', 'last'),
  ]
  return { name: 'cameras', columns, lines }
}

function placesSheet({ rows, unseen }: Coverage, parts: SheetParts): Sheet {
  const empty = (cameraId: string): CoverageRow => ({
    ...{ cameraId, byHour: [], lookedMs: 0, looks: 0, lastAt: null, findings: 0, reasons: [] },
  })
  const known = new Set(rows.map(({ cameraId }) => cameraId))
  const all = [...rows, ...unseen.filter((id) => !known.has(id)).map(empty)]
  const places = Map.groupBy(all, ({ cameraId }) => placeOf(parts, cameraId))
  const summed = [...places].map(([place, of]) => ({
    ...{ place, of, lookedMs: sum(of.map(({ lookedMs }) => lookedMs)) },
    byHour: hours.map((hour) => sum(of.map(({ byHour }) => byHour[hour] ?? 0))),
  }))
  const most = Math.max(0, ...summed.flatMap(({ byHour }) => byHour))
  const lines = summed
    .toSorted((one, other) => other.lookedMs - one.lookedMs || byName(one.place, other.place))
    .map(({ place, of, lookedMs, byHour }) => ({
      key: place,
      cells: [
        ...[text(place), count(of.length), count(of.filter((row) => row.lookedMs > 0).length)],
        ...byHour.map((ms) => minutesCell(ms, most)),
        ...[minutesCell(lookedMs), count(sum(of.map(({ looks }) => looks))), count(sum(of.map((row) => row.findings)))],
      ],
    }))
  const columns = [
    ...columnsOf(parts, 'text', 'place'),
    ...columnsOf(parts, 'number', 'count', 'seen'),
    ...hourColumns,
    ...columnsOf(parts, 'number', 'minutes', 'looks', 'findings'),
  ]
  return { name: 'places', columns, lines }
}

function hoursSheet({ rows }: Coverage, parts: SheetParts): Sheet {
  const byHour = hours.map((hour) => ({
    ...{ hour, lookedMs: sum(rows.map((row) => row.byHour[hour] ?? 0)) },
    seen: rows.filter((row) => (row.byHour[hour] ?? 0) > 0).length,
  }))
  const most = Math.max(0, ...byHour.map(({ lookedMs }) => lookedMs))
  const all = sum(byHour.map(({ lookedMs }) => lookedMs))
  const lines = byHour.map(({ hour, lookedMs, seen }) => {
    const percent = all === 0 ? 0 : Math.round((lookedMs / all) * 100)
    const span = parts.t('coverage.hour', { from: hour, to: hour + 1 })
    return {
      key: String(hour),
      cells: [text(span), minutesCell(lookedMs, most), count(seen), { text: `${percent}%`, value: percent }],
    }
  })
  const columns = [...columnsOf(parts, 'text', 'hour'), ...columnsOf(parts, 'number', 'minutes', 'seen', 'share')]
  return { name: 'hours', columns, lines }
}

function gapsSheet({ unseen }: Coverage, parts: SheetParts): Sheet {
  const lines = unseen
    .map((id) => ({ key: id, cells: [placeOf(parts, id), nameOf(parts, id), ownerOf(parts, id)].map(text) }))
    .toSorted((one, other) => byName(one.cells[0]!.text, other.cells[0]!.text))
  return { name: 'gaps', columns: columnsOf(parts, 'text', 'place', 'camera', 'owner'), lines }
}

function reasonsSheet({ rows }: Coverage, parts: SheetParts): Sheet {
  const lines = rows
    .flatMap(({ cameraId, reasons }) => reasons.map((reason) => ({ cameraId, ...reason })))
    .toSorted((one, other) => other.at - one.at)
    .map(({ cameraId, by, at, reason }, index) => ({
      key: `${cameraId} ${at} ${index}`,
      cells: [nameOf(parts, cameraId), placeOf(parts, cameraId), parts.when(at), by, reason].map(text),
    }))
  return {
    name: 'reasons',
    columns: [
      ...columnsOf(parts, 'text', 'camera', 'place'),
      ...columnsOf(parts, 'time', 'at'),
      ...columnsOf(parts, 'text', 'by', 'reason'),
    ],
    lines,
  }
}

/** Spreadsheets take what begins so for a formula. */
const formula = /^[=+\-@\t\r]/
function field(said: string): string {
  const safe = formula.test(said) ? `'${said}` : said
  return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe
}

/** One file with all tables, one under the other (RFC 4180). The mark at its beginning tells Excel that it is UTF-8. */
export function csvOf(title: string, sheets: readonly { title: string; sheet: Sheet }[]): string {
  const blocks = sheets.map(({ title: name, sheet: { columns, lines } }) => [
    [name],
    columns.map((column) => column.title),
    ...lines.map(({ cells }) => cells.map(({ text: said, value }) => (value === undefined ? said : String(value)))),
  ])
  const rows = [[[title]], ...blocks].map((block) => block.map((cells) => cells.map(field).join(',')).join('\r\n'))
  return `\ufeff${rows.join('\r\n\r\n')}\r\n`
}
