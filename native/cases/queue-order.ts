/** Groups and sorts the open cases of a view: the whole order as row ids, of which a window is read as rows. */
import type { Database, Statement } from 'better-sqlite3'
import type { QueueRow, QueueView } from '../contract/case.ts'
import type { QueueWindow } from '../contract/contract.ts'
import type { Folded, GroupHead, QueueGrouping, QueueSort } from '../contract/queue-order.ts'
import { type CaseState, caseStates } from '../contract/vocabulary.ts'
import { queueQueries } from './queue-views.ts'
import { openHits } from './search-queries.ts'

export interface QueueOrder {
  group: QueueGrouping
  sort: QueueSort
  folded: Folded
}

/** All cases stand by time of report, whatever is asked: to sort 375,967 would keep everybody waiting. */
export function isUsual(view: QueueView, { group, sort }: QueueOrder): boolean {
  return view === 'all' || (group === 'none' && sort === 'due')
}

const keys: Readonly<Record<QueueGrouping, string>> = {
  none: "''",
  class: 'class_code',
  grid: 'grid_code',
  station: "ifnull(body ->> '$.stationCode', '')",
  state: 'state',
  channel: 'channel',
  assignee: "ifnull(body ->> '$.assignee.id', '')",
}

function byOf(view: QueueView, sort: QueueSort): string {
  const { by } = queueQueries[view]
  return { due: by, newest: 'row_id DESC', class: `class_code, ${by}`, place: `place, ${by}` }[sort]
}

/** A row id with its group's key. */
export type Placed = [rowId: number, key: string]
interface Group {
  key: string
  name: string | null
  rowIds: number[]
}

/** The groups of an order in theirs: states as a case's life goes, others by name or code, those without a key last. */
export function groupsOf(
  placed: readonly Placed[],
  group: QueueGrouping,
  nameOf: (key: string, rowId: number) => string | null,
): Group[] {
  const byKey = new Map<string, number[]>()
  for (const [rowId, key] of placed) {
    const rowIds = byKey.get(key)
    if (rowIds) rowIds.push(rowId)
    else byKey.set(key, [rowId])
  }
  const rank = ({ key, name }: Group) => (group === 'assignee' ? (name ?? key) : key)
  const place = (one: Group) => (group === 'state' ? caseStates.indexOf(one.key as CaseState) : 0)
  return [...byKey]
    .map(([key, rowIds]) => ({ key, name: nameOf(key, rowIds[0] as number), rowIds }))
    .sort((one, other) => {
      if ((one.key === '') !== (other.key === '')) return one.key === '' ? 1 : -1
      return (
        place(one) - place(other) || rank(one).localeCompare(rank(other), 'zh-CN') || (one.key < other.key ? -1 : 1)
      )
    })
}

/** Lines of the queue as it is shown: a head, or the row id of a case. */
export function linesOf(groups: readonly Group[], { all, but }: Folded): (GroupHead | number)[] {
  const named = new Set(but)
  return groups.flatMap(({ key, name, rowIds }) => {
    const isFolded = named.has(key) !== all
    const head: GroupHead = { id: `group:${key}`, group: key, name, count: rowIds.length, isFolded }
    return isFolded ? [head] : [head, ...rowIds]
  })
}

export interface OrderedQueue {
  /** `parameters` are those of the view; `match` narrows it to a search. */
  window(
    at: { view: QueueView; offset: number; limit: number; order: QueueOrder; match: string | null },
    parameters: object,
  ): QueueWindow
}

/** `rowsOf` answers rows in any order, by case id. */
export function createOrderedQueue(database: Database, rowsOf: (page: string) => QueueRow[]): OrderedQueue {
  const prepared = new Map<string, Statement<[object], Placed>>()
  const className = database.prepare<[string], string>('SELECT name FROM case_classes WHERE code = ?').pluck()
  const assigneeName = database
    .prepare<[number], string | null>("SELECT body ->> '$.assignee.name' FROM cases WHERE row_id = ?")
    .pluck()
  const idsInOrder = database
    .prepare<[string], string>(
      'SELECT c.id FROM json_each(?) j CROSS JOIN cases c ON c.row_id = j.value ORDER BY j.key',
    )
    .pluck()

  function statement(view: QueueView, { group, sort }: QueueOrder, isSearch: boolean): Statement<[object], Placed> {
    const name = [view, group, sort, isSearch].join()
    const hits = isSearch ? ` AND +row_id IN (${openHits})` : ''
    const made =
      prepared.get(name) ??
      database
        .prepare<[object], Placed>(
          `SELECT row_id, ${keys[group]} FROM cases WHERE ${queueQueries[view].where}${hits} ORDER BY ${byOf(view, sort)}`,
        )
        .raw()
    prepared.set(name, made)
    return made
  }

  function nameOf(group: QueueGrouping, key: string, rowId: number): string | null {
    if (group === 'class') return className.get(key) ?? null
    return group === 'assignee' ? (assigneeName.get(rowId) ?? null) : null
  }

  /** Row ids become rows, heads stay. */
  function read(lines: readonly (GroupHead | number)[]): (QueueRow | GroupHead)[] {
    const page = JSON.stringify(lines.filter((line) => typeof line === 'number'))
    const byId = new Map(rowsOf(page).map((row) => [row.id, row]))
    const ids = idsInOrder.all(page)
    let next = 0
    return lines.flatMap((line): (QueueRow | GroupHead)[] => {
      if (typeof line !== 'number') return [line]
      const row = byId.get(ids[next++] ?? '')
      return row ? [row] : []
    })
  }

  return {
    window({ view, offset, limit, order, match }, parameters) {
      const placed = statement(view, order, match !== null).all({ ...parameters, ...(match !== null && { match }) })
      const lines =
        order.group === 'none'
          ? placed.map(([rowId]) => rowId)
          : linesOf(
              groupsOf(placed, order.group, (key, rowId) => nameOf(order.group, key, rowId)),
              order.folded,
            )
      return { rows: read(lines.slice(offset, offset + limit)), offset, total: lines.length, cases: placed.length }
    },
  }
}
