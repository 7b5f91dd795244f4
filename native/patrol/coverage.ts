/** Puts together what was looked at: this workstation's own looks, and what others' walks tell. Values in, values out. */
import type { Coverage, CoverageRow, WalkedStop, WalkRow } from '../contract/patrol.ts'
import type { HourOfLooks, StatedReason } from './look-store.ts'
import { byHour, hourMs } from './spans.ts'

export interface CoverageParts {
  /** Hours since 1970, the end excluded. */
  fromHour: number
  toHour: number
  /** Of the registry. */
  cameraIds: readonly string[]
  hours: Iterable<HourOfLooks>
  reasons: readonly StatedReason[]
  walks: readonly WalkRow[]
}

/** The hours that a span of time touches. */
export const hoursOf = (from: number, to: number) => ({
  fromHour: Math.floor(from / hourMs),
  toHour: Math.ceil(to / hourMs),
})

/** Own walks count by own looks alone; of others what their stops say, at the hour of the word. */
export function coverageOf(parts: CoverageParts): Coverage {
  const { fromHour, toHour } = parts
  const rows = new Map<string, CoverageRow>()
  const rowOf = (cameraId: string) => {
    const row = rows.get(cameraId) ?? emptyRow(cameraId)
    rows.set(cameraId, row)
    return row
  }
  for (const { cameraId, clockHour, ...look } of parts.hours) addLook(rowOf(cameraId), clockHour, look)
  for (const { cameraId, ...reason } of parts.reasons) rowOf(cameraId).reasons.push(reason)
  const isWithin = ({ at }: WalkedStop) => at >= fromHour * hourMs && at < toHour * hourMs
  for (const walk of parts.walks) {
    if (!walk.isOwn) for (const stop of walk.done) addForeign(rowOf(stop.cameraId), stop, parts)
  }
  for (const [cameraId, count] of findingsOf(parts.walks, isWithin)) rowOf(cameraId).findings = count
  const all = [...rows.values()].filter(isTold).sort((one, other) => other.lookedMs - one.lookedMs)
  for (const row of all) row.reasons.sort((one, other) => one.at - other.at)
  const seen = new Set(all.flatMap(({ cameraId, lookedMs }) => (lookedMs > 0 ? [cameraId] : [])))
  const unseen = parts.cameraIds.filter((cameraId) => !seen.has(cameraId))
  return { from: fromHour * hourMs, to: toHour * hourMs, rows: all, unseen }
}

function emptyRow(cameraId: string): CoverageRow {
  const byHour = Array.from({ length: 24 }, () => 0)
  return { cameraId, byHour, lookedMs: 0, looks: 0, lastAt: null, findings: 0, reasons: [] }
}
const isTold = ({ lookedMs, findings, reasons }: CoverageRow) => lookedMs > 0 || findings > 0 || reasons.length > 0

function addLook(
  row: CoverageRow,
  clockHour: number,
  { lookedMs, looks, lastAt }: Omit<HourOfLooks, 'cameraId' | 'clockHour'>,
) {
  row.byHour[clockHour] = (row.byHour[clockHour] ?? 0) + lookedMs
  row.lookedMs += lookedMs
  row.looks = Math.max(0, row.looks + looks)
  row.lastAt = Math.max(row.lastAt ?? 0, lastAt)
}

/** It was looked at until the word was said, as far as is known. */
function addForeign(row: CoverageRow, stop: WalkedStop, { fromHour, toHour }: CoverageParts): void {
  const pieces = byHour([{ from: stop.at - stop.lookedMs, to: stop.at }])
  const within = pieces.filter(({ hour }) => hour >= fromHour && hour < toHour)
  for (const [index, { hour, from, to }] of within.entries())
    addLook(row, (hour + 8) % 24, { lookedMs: to - from, looks: index === 0 ? 1 : 0, lastAt: to })
  if (within.length > 0 && stop.reason !== '')
    row.reasons.push({ by: stop.by.name, at: stop.at - stop.lookedMs, reason: stop.reason })
}

/** By camera. Two people who put one case to a stop found one thing. */
function findingsOf(walks: readonly WalkRow[], isWithin: (stop: WalkedStop) => boolean): Map<string, number> {
  const found = new Map<string, Set<string>>()
  for (const { runId, done } of walks) {
    for (const stop of done) {
      if (stop.outcome !== 'finding' || !isWithin(stop)) continue
      const of = found.get(stop.cameraId) ?? new Set()
      found.set(stop.cameraId, of.add(stop.caseId ?? `${runId}/${stop.stopId}`))
    }
  }
  return new Map([...found].map(([cameraId, of]) => [cameraId, of.size]))
}
