/** Reads the feed without asking whether it is right: checks of one rule must not stumble over another one that is broken. */
import { brief, Broken } from './rule.ts'
import { codeIn, type Reply, type Wire } from './wire.ts'

export interface Change {
  seq: number
  at: number
  put: unknown
}

export interface Tail {
  /** Cursor before the first change that was read. */
  from: number
  head: number
  changes: Change[]
  /** Whether these are all changes of the feed. */
  isWhole: boolean
}

export const epochOf = (wire: Wire) => String(wire.welcome['epoch'])
const most = 2_000
/** A page of two is too short for what goes wrong between many. */
const carefulPage = 2
/** No feed of this length is read by a kit that reported a few cases. */
const mostPages = 20_000

export async function pull(
  wire: Wire,
  cursor: number,
  limit: number,
): Promise<Reply & { changes: Change[]; head: number }> {
  const reply = await wire.ask('feed.pull', { epoch: epochOf(wire), cursor, limit })
  if (!Array.isArray(reply['changes']))
    throw new Broken(`feed.pull of cursor ${cursor}, limit ${limit} was answered ${brief(reply)}`)
  return reply as Reply & { changes: Change[]; head: number }
}

/** What came after `cursor`, up to the head, in small pages. */
export async function changesAfter(wire: Wire, cursor: number): Promise<Change[]> {
  const found: Change[] = []
  for (let page = 0; page < mostPages; page += 1) {
    const { changes } = await pull(wire, cursor, carefulPage)
    if (changes.length === 0) return found
    found.push(...changes)
    cursor = Math.max(cursor + 1, ...changes.map(({ seq }) => seq))
  }
  throw new Broken(`the feed did not end after ${mostPages} pages`)
}

export async function headNow(wire: Wire): Promise<number> {
  const reply = await wire.ask('feed.pull', { epoch: epochOf(wire), cursor: 0, limit: 1 })
  if (typeof reply['head'] === 'number') return reply['head']
  // The beginning is no longer kept: the newest connection's welcome would be old, so the head is felt for from there.
  let head = Number(wire.welcome['head'])
  for (let page = 0; page < mostPages; page += 1) {
    const { changes, head: told } = await pull(wire, head, 1000)
    if (changes.length === 0 || told === head) return told
    head = told
  }
  return head
}

/** The cursor of the oldest change that is still served, found by halving. */
export async function oldestCursor(wire: Wire, head: number): Promise<number> {
  let [tooOld, served] = [-1, head]
  while (served - tooOld > 1) {
    const middle = Math.floor((served + tooOld) / 2)
    const reply = await wire.ask('feed.pull', { epoch: epochOf(wire), cursor: middle, limit: 1 })
    if (codeIn(reply) === 'cursor-too-old') tooOld = middle
    else served = middle
  }
  return served
}

export async function readTail(wire: Wire): Promise<Tail> {
  const head = await headNow(wire)
  const oldest = await oldestCursor(wire, head)
  const from = Math.max(oldest, head - most)
  const read = await changesAfter(wire, from)
  // Tidy: what is repeated or in another order is R-30's affair.
  const changes = [...new Map(read.map((change) => [change.seq, change])).values()].sort((a, b) => a.seq - b.seq)
  return { from, head: changes.at(-1)?.seq ?? head, changes, isWhole: from === 0 }
}
