/** Chapter 5: snapshots. */
import { type CasePut, openDesk } from './desk.ts'
import type { Line } from './line.ts'
import { brief, must, NotSeen, type Rule, rule, should, unseen } from './rule.ts'
import { applied, keyOf, openSnapshot, readPage, readPages } from './snapshot-reading.ts'
import { codeIn, type Reply } from './wire.ts'
import { pull } from './tail.ts'

const sorted = (value: unknown): string =>
  JSON.stringify(value, (_key, inner: unknown) =>
    inner && typeof inner === 'object' && !Array.isArray(inner)
      ? Object.fromEntries(Object.entries(inner).sort(([a], [b]) => (a < b ? -1 : 1)))
      : inner,
  )
/** What R-103 lets a hub leave out, and what steps and heads are told apart by. */
const mayBeMissing = (key: string) => key.startsWith('instruction/')

async function checkState(line: Line): Promise<string> {
  const { items, changes, isWhole, before, during, opened } = await line.snapshot()
  const state = new Map(items.map((item) => [keyOf(item), item]))
  const expected = applied(changes)
  for (const [key, put] of expected) {
    const item = state.get(key)
    if (!item && mayBeMissing(key)) continue
    must(item, `${key} is missing, although a change up to ${opened.asOf} put it`)
    const [now, then] = key.startsWith('case/') ? [(item as CasePut).case, (put as CasePut).case] : [item, put]
    must(sorted(now) === sorted(then), `${key} is not as the changes up to ${opened.asOf} say: ${brief(now)}`)
  }
  for (const id of before) must(state.has(`case/${id}`), `the case ${id}, reported before, is missing`)
  must(!during || !state.has(`case/${during}`), 'a case is in the snapshot that was reported after it was opened')
  if (isWhole) {
    const extra = [...state.keys()].find((key) => key !== null && !expected.has(key))
    must(!extra, `${extra} is in the snapshot, and no change put it`)
  }
  return `${items.length} items compared with ${isWhole ? 'the whole feed' : `${changes.length} kept changes`}`
}

async function checkItems(line: Line): Promise<string> {
  const { items, opened } = await line.snapshot()
  must(items.length === opened.total, `${items.length} items came, ${opened.total} were announced`)
  const keys = items.map(keyOf).filter((key) => key !== null)
  const twice = keys.find((key, index) => keys.indexOf(key) !== index && index < 20_000)
  must(new Set(keys).size === keys.length, `${twice ?? 'an item'} appears twice`)
  must(!items.some((item) => (item as { removed?: boolean }).removed === true), 'something removed appears')
  return `${items.length} items`
}

async function checkSteps(line: Line): Promise<void> {
  const { items, before } = await line.snapshot()
  const own = items.find((item) => keyOf(item) === `case/${before[0]}`) as CasePut | undefined
  if (!own) throw new NotSeen('the case of the kit is not in the snapshot')
  const kinds = own.steps.map(({ kind }) => kind)
  must(kinds.join() === 'report,accept,file', `a case came with the steps ${kinds.join(', ')}`)
}

async function checkAfter(line: Line): Promise<void> {
  const { pages } = await line.snapshot()
  const strange = pages.slice(0, -1).find(({ next }) => typeof next !== 'string' || next.length > 200)
  must(!strange && pages.at(-1)?.next === null, `next was ${brief(strange?.next ?? pages.at(-1)?.next)}`)
  const wire = await line.connect()
  const { snapshotId } = await openSnapshot(wire)
  for (const after of ['x'.repeat(201), 7, undefined]) {
    const code = await wire.codeOf('snapshot.page', { snapshotId, after, limit: 1 })
    must(code === 'malformed', `after ${brief(after)} was answered ${code}`)
  }
}

async function checkBounds(line: Line): Promise<void> {
  const { pages } = await line.snapshot()
  const large = pages.find(({ items, limit }) => items.length > limit)
  must(!large, `limit ${large?.limit} brought ${large?.items.length} items`)
  const wire = await line.connect()
  const { snapshotId } = await openSnapshot(wire)
  for (const limit of [0, 1001, 1.5, '10']) {
    const code = await wire.codeOf('snapshot.page', { snapshotId, after: null, limit })
    must(code === 'malformed', `limit ${brief(limit)} was answered ${code}`)
  }
  const bytes = Math.max(...pages.map((page) => (page.items.length > 1 ? page.bytes : 0)))
  should(bytes <= 262_144 + 10_000, `a page held ${bytes} bytes`)
}

async function checkRepeatable(line: Line): Promise<void> {
  const wire = await line.connect()
  const { snapshotId } = await openSnapshot(wire)
  const first = await readPage(wire, snapshotId, null, 5)
  if (await line.has('person')) await (await openDesk(line)).report()
  for (const after of [null, first.next]) {
    if (after === null || typeof after === 'string') {
      const [once, again] = [await readPage(wire, snapshotId, after, 5), await readPage(wire, snapshotId, after, 5)]
      must(brief(once) === brief(again) && sorted(once) === sorted(again), 'the same page held something else')
    }
  }
}

const ranks: Record<string, number> = { calendar: 0, grid: 0, unit: 0, class: 0, instruction: 0, camera: 1, case: 2 }

async function checkOrder(line: Line): Promise<void> {
  const { items } = await line.snapshot()
  const order = items.map((item) => ranks[String((item as Reply)['kind'])] ?? 0)
  const wrong = order.findIndex((rank, index) => rank < (order[index - 1] ?? 0))
  should(wrong === -1, `${brief(keyOf(items[wrong]))} comes after ${brief(keyOf(items[wrong - 1]))}`)
}

async function checkOwner(line: Line): Promise<void> {
  const [owner, other] = [await line.connect(), await line.connect()]
  const { snapshotId } = await openSnapshot(owner)
  const page = { snapshotId, after: null, limit: 1 }
  must((await other.codeOf('snapshot.page', page)) === 'snapshot-unknown', 'another connection could read it')
  owner.close()
  const again = await line.connect({ clientId: owner.clientId })
  must((await again.codeOf('snapshot.page', page)) === 'snapshot-unknown', 'it outlived its connection')
}

async function checkTwo(line: Line): Promise<void> {
  const wire = await line.connect()
  const opened = [await openSnapshot(wire), await openSnapshot(wire)]
  for (const { snapshotId } of opened) await readPage(wire, snapshotId, null, 1)
}

async function checkClose(line: Line): Promise<void> {
  const wire = await line.connect()
  const { snapshotId } = await openSnapshot(wire)
  for (const id of [snapshotId, snapshotId, 'conformance-nobody']) {
    const reply = await wire.ask('snapshot.close', { snapshotId: id })
    must(codeIn(reply) === 'ok', `closing was answered ${brief(reply)}`)
  }
  const code = await wire.codeOf('snapshot.page', { snapshotId, after: null, limit: 1 })
  must(code === 'snapshot-unknown', `a page of a closed snapshot was answered ${code}`)
}

async function checkFeedGoesOn(line: Line): Promise<void> {
  const wire = await line.connect()
  const { snapshotId, asOf } = await openSnapshot(wire)
  if (await line.has('person')) await (await openDesk(line)).report()
  await readPages(wire, snapshotId)
  const { changes, head } = await pull(wire, asOf, 1)
  must(head === asOf || changes[0]?.seq === asOf + 1, `after ${asOf} came ${brief(changes[0]?.seq)}`)
}

export const snapshotRules: readonly Rule[] = [
  rule('R-50', 'a snapshot is exactly what the changes up to asOf give, while the feed moves on', [], checkState),
  rule('R-51', 'every item once, total items in all, nothing removed', [], checkItems),
  rule('R-52', 'a case comes with all its steps', ['person'], checkSteps),
  rule('R-53', 'after and next', [], checkAfter),
  rule('R-54', 'bounds of a page', [], checkBounds),
  rule('R-55', 'the same page twice holds the same items', [], checkRepeatable),
  rule('R-56', 'cameras come before cases, the rest before cameras', [], checkOrder),
  rule('R-57', 'a snapshot belongs to its connection', [], checkOwner),
  rule('R-58', 'two snapshots may be open', [], checkTwo),
  rule('R-59', 'closing is idempotent', [], checkClose),
  rule('R-60', 'changes after asOf stay available while it is open', [], checkFeedGoesOn),
  unseen('R-61', 'the workstation replaces its state', 'it is about workstations'),
]
