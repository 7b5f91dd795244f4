/** Reads one whole snapshot while the feed moves on, and keeps what the rules about snapshots look at. */
import { type CasePut, openDesk } from './desk.ts'
import type { Line } from './line.ts'
import { brief, Broken } from './rule.ts'
import { changesAfter, type Change } from './tail.ts'
import type { Reply, Wire } from './wire.ts'

export interface SnapshotPage {
  limit: number
  items: unknown[]
  next: unknown
  bytes: number
}

export interface SnapshotReading {
  opened: { snapshotId: string; epoch: string; asOf: number; total: number }
  pages: SnapshotPage[]
  items: unknown[]
  /** All changes that are still kept, up to `asOf`. */
  changes: Change[]
  isWhole: boolean
  /** Cases that the kit reported before it was opened, oldest first, and one of while it was read; empty without a person. */
  before: string[]
  during: string | null
}

const limits = [1, 7, 1000, 250, 1000]
/** Longer than any sub-center's snapshot in the smallest pages that a hub may choose. */
const mostPages = 200_000

export async function openSnapshot(wire: Wire): Promise<SnapshotReading['opened']> {
  const reply = await wire.ask('snapshot.open', {}, 30_000)
  if (typeof reply['snapshotId'] !== 'string') throw new Broken(`snapshot.open was answered ${brief(reply)}`)
  return reply as unknown as SnapshotReading['opened']
}

export async function readPage(wire: Wire, snapshotId: string, after: unknown, limit: number): Promise<SnapshotPage> {
  const reply = await wire.ask('snapshot.page', { snapshotId, after, limit })
  if (!Array.isArray(reply['items'])) throw new Broken(`snapshot.page was answered ${brief(reply)}`)
  return { limit, items: reply['items'], next: reply['next'], bytes: Buffer.byteLength(JSON.stringify(reply['items'])) }
}

/** `meanwhile` runs after the first page. */
export async function readPages(wire: Wire, snapshotId: string, meanwhile = async () => {}): Promise<SnapshotPage[]> {
  const pages: SnapshotPage[] = []
  let after: unknown = null
  do {
    const page = await readPage(wire, snapshotId, after, limits[pages.length % limits.length] ?? 1000)
    pages.push(page)
    after = page.next
    if (pages.length === 1) await meanwhile()
    if (pages.length > mostPages) throw new Broken(`a snapshot did not end after ${mostPages} pages`)
  } while (after !== null && after !== undefined)
  return pages
}

export async function readSnapshot(line: Line): Promise<SnapshotReading> {
  const wire = await line.connect()
  const desk = (await line.has('person')) ? await openDesk(line) : null
  const before: string[] = []
  let during: string | null = null
  if (desk) {
    before.push(await desk.report())
    await desk.take(before[0] ?? '', 'accept')
    await desk.take(before[0] ?? '', 'file')
    // The last one in the order of ids is the one that a short snapshot leaves out first.
    before.push(await desk.report())
  }
  const tail = await line.tail()
  const opened = await openSnapshot(wire)
  const pages = await readPages(wire, opened.snapshotId, async () => {
    if (!desk) return
    during = await desk.report()
    await desk.take(before[0] ?? '', 'remark')
  })
  await wire.ask('snapshot.close', { snapshotId: opened.snapshotId })
  const later = await changesAfter(wire, tail.head)
  const changes = [...tail.changes, ...later].filter(({ seq }) => seq <= opened.asOf)
  return { opened, pages, items: pages.flatMap(({ items }) => items), changes, isWhole: tail.isWhole, before, during }
}

/** What an item is about; the same key is the same item. Null for kinds that the kit does not know. */
export function keyOf(put: unknown): string | null {
  const item = (put ?? {}) as Reply
  const { kind } = item
  if (kind === 'calendar') return 'calendar'
  const thing = item[String(kind)] as { id?: string; code?: string } | undefined
  const name = thing?.id ?? thing?.code
  return name === undefined ? null : `${String(kind)}/${name}`
}

/** Applies puts one after another, as a workstation does: the last one wins, steps are gathered. */
export function applied(changes: readonly Change[]): Map<string, unknown> {
  const state = new Map<string, unknown>()
  for (const { put } of changes) {
    const key = keyOf(put)
    if (key === null) continue
    const before = state.get(key) as CasePut | undefined
    if ((put as { removed?: boolean }).removed) state.delete(key)
    else if ((put as CasePut).kind === 'case' && before) {
      const known = new Set(before.steps.map(({ id }) => id))
      const steps = [...before.steps, ...(put as CasePut).steps.filter(({ id }) => !known.has(id))]
      state.set(key, { ...(put as CasePut), steps })
    } else state.set(key, put)
  }
  return state
}
