/** Chapter 4: sequences, pokes, pulls. */
import { poke } from '../../native/hub/protocol.ts'
import { openDesk } from './desk.ts'
import { putRules } from './feed-puts.ts'
import type { Line } from './line.ts'
import { createSampling } from './sampling.ts'
import { brief, must, NotSeen, type Rule, rule, should, unseen } from './rule.ts'
import { type Change, changesAfter, epochOf, headNow, oldestCursor, pull } from './tail.ts'
import type { Reply, Wire } from './wire.ts'

const maxPageBytes = 262_144
const samples = 25

interface Page {
  cursor: number
  limit: number
  reply: Reply & { changes: Change[]; head: number }
}

/** Pages at cursors and with limits that nobody chose, and those at both ends. */
async function samplePages(wire: Wire): Promise<Page[]> {
  const head = await headNow(wire)
  const oldest = await oldestCursor(wire, head)
  const sampling = createSampling(head)
  const asked = Array.from({ length: samples }, () => ({
    cursor: sampling.between(oldest, head),
    limit: sampling.pick([1, 2, 3, 10, sampling.between(1, 1000), 1000]),
  }))
  asked.push(
    { cursor: oldest, limit: 1000 },
    { cursor: head, limit: 1000 },
    { cursor: Math.max(oldest, head - 3), limit: 3 },
  )
  const pages: Page[] = []
  for (const { cursor, limit } of asked) pages.push({ cursor, limit, reply: await pull(wire, cursor, limit) })
  return pages
}

const numbersOf = (changes: readonly Change[]) => changes.map(({ seq }) => seq)
const gapIn = (numbers: readonly number[], cursor: number) =>
  numbers.findIndex((seq, index) => seq !== cursor + 1 + index)

async function checkSequences(line: Line): Promise<string> {
  const wire = await line.connect()
  const { from, changes } = await line.tail()
  const known = new Map(changes.map((change) => [change.seq, JSON.stringify(change.put)]))
  const gap = gapIn(numbersOf(changes), from)
  must(gap === -1, `after change ${from + gap} comes ${changes[gap]?.seq}`)
  let cursor = from
  const head = changes.at(-1)?.seq ?? from
  while (cursor < head) {
    const page = await pull(wire, cursor, 1000)
    const wrong = gapIn(numbersOf(page.changes), cursor)
    must(
      wrong === -1,
      `after cursor ${cursor} came the changes ${numbersOf(page.changes)
        .slice(0, wrong + 3)
        .join(', ')}`,
    )
    must(page.changes.length > 0, `after cursor ${cursor} came nothing, although the head is ${page.head}`)
    const altered = page.changes.find(({ seq, put }) => known.has(seq) && known.get(seq) !== JSON.stringify(put))
    must(!altered, `change ${altered?.seq} was another one when it was asked for again`)
    cursor += page.changes.length
  }
  return `${changes.length} changes after ${from}`
}

async function checkPokes(line: Line): Promise<void> {
  const [other, desk] = [await line.connect(), await openDesk(line)]
  await desk.report()
  const head = await headNow(desk.wire)
  for (const wire of [desk.wire, other]) {
    const heard = await wire.hear('feed.poke', (payload) => Number(payload['head']) >= head)
    must(heard, `a connection was not poked for change ${head} within ${line.target.patienceMs} ms`)
  }
}

async function checkPokeShape(line: Line): Promise<void> {
  const desk = await openDesk(line)
  await desk.report()
  const heard = await desk.wire.hear('feed.poke', () => true)
  if (!heard) throw new NotSeen('no poke came')
  must(poke.safeParse(heard).success && heard['epoch'] === epochOf(desk.wire), `a poke was ${brief(heard)}`)
  must(!Object.values(heard).some((value) => typeof value === 'object'), `a poke carries data: ${brief(heard)}`)
}

async function checkBounds(line: Line): Promise<void> {
  const wire = await line.connect()
  const right = { epoch: epochOf(wire), cursor: Number(wire.welcome['head']), limit: 10 }
  const wrong = [
    { cursor: -1 },
    { cursor: 0.5 },
    { cursor: '0' },
    { cursor: null },
    { limit: 0 },
    { limit: 1001 },
    { limit: 2.5 },
  ]
  for (const change of wrong) {
    const code = await wire.codeOf('feed.pull', { ...right, ...change })
    must(code === 'malformed', `${brief(change)} was answered ${code}`)
  }
  for (const limit of [1, 1000]) {
    const code = await wire.codeOf('feed.pull', { ...right, limit })
    must(code === 'ok', `limit ${limit} was answered ${code}`)
  }
}

async function checkConsecutive(line: Line): Promise<string> {
  const pages = await samplePages(await line.connect())
  for (const { cursor, limit, reply } of pages) {
    const numbers = numbersOf(reply.changes)
    const wrong = gapIn(numbers, cursor)
    const seen = `cursor ${cursor}, limit ${limit}: the changes ${numbers.slice(0, wrong + 3).join(', ')}`
    must(wrong === -1, seen)
  }
  return `${pages.length} pages at random cursors and limits`
}

async function checkPageSizes(line: Line): Promise<void> {
  for (const { cursor, limit, reply } of await samplePages(await line.connect())) {
    const { changes, head } = reply
    must(new Set(numbersOf(changes)).size <= limit, `limit ${limit} brought ${changes.length} changes`)
    must(
      changes.length > 0 || cursor >= head,
      `cursor ${cursor}, limit ${limit}: nothing, although the head is ${head}`,
    )
    const bytes = Buffer.byteLength(JSON.stringify(changes))
    should(changes.length === 1 || bytes <= maxPageBytes + 10_000, `a page held ${bytes} bytes`)
  }
}

async function checkHead(line: Line): Promise<void> {
  const wire = await line.connect()
  for (const { cursor, reply } of await samplePages(wire)) {
    const last = Math.max(cursor, ...numbersOf(reply.changes))
    must(reply.head >= last, `the head was ${reply.head} after change ${last}`)
    const more = await pull(wire, reply.head, 1)
    must(more.head >= reply.head, `the head went back from ${reply.head} to ${more.head}`)
  }
}

async function checkOldest(line: Line): Promise<string> {
  const wire = await line.connect()
  const head = await headNow(wire)
  const oldest = await oldestCursor(wire, head)
  if (oldest === 0) throw new NotSeen('the hub still keeps every change')
  const code = await wire.codeOf('feed.pull', { epoch: epochOf(wire), cursor: oldest - 1, limit: 1 })
  must(code === 'cursor-too-old', `cursor ${oldest - 1} was answered ${code}, cursor ${oldest} was served`)
  const { changes } = await pull(wire, oldest, 1)
  must(oldest === head || changes[0]?.seq === oldest + 1, `cursor ${oldest} brought change ${changes[0]?.seq}`)
  return `kept since change ${oldest + 1}`
}

async function checkRepeatable(line: Line): Promise<void> {
  const wires = [await line.connect(), await line.connect()]
  const { from, head } = await line.tail()
  if (head === from) throw new NotSeen('the feed is empty')
  const limit = Math.min(50, head - from)
  const pulls: string[] = []
  for (const wire of [...wires, ...wires]) pulls.push(JSON.stringify((await pull(wire, from, limit)).changes))
  must(new Set(pulls).size === 1, 'the same pull brought something else the second time')
}

async function checkInstant(line: Line): Promise<void> {
  const desk = await openDesk(line)
  const hubNow = async () => Number((await desk.wire.ask('link.ping', { sentAt: Date.now() }))['hubTime'])
  const before = await hubNow()
  const caseId = await desk.report()
  const after = await hubNow()
  const at = (await desk.changesOf(caseId))[0]?.at ?? 0
  must(at >= before && at <= after, `the hub took a change between ${before} and ${after} and says ${at}`)
}

async function checkRestart(line: Line): Promise<void> {
  const before = await line.connect()
  const { from, changes } = await line.tail()
  const after = await line.restart()
  must(epochOf(after) === epochOf(before), `the epoch was ${epochOf(before)} and is ${epochOf(after)}`)
  const now = new Map((await changesAfter(after, from)).map((change) => [change.seq, JSON.stringify(change)]))
  const lost = changes.find((change) => now.get(change.seq) !== JSON.stringify(change))
  must(!lost, `change ${lost?.seq} is gone or another one`)
}

export const feedRules: readonly Rule[] = [
  rule('R-30', 'sequences grow by exactly one; a change is never altered', [], checkSequences),
  rule('R-31', 'what a pull has returned outlives a restart', ['restart'], checkRestart),
  rule('R-32', 'the epoch survives a restart', ['restart'], async (line) => {
    const before = await line.connect()
    const after = await line.restart()
    must(epochOf(after) === epochOf(before), `the epoch was ${epochOf(before)} and is ${epochOf(after)}`)
  }),
  unseen('R-33', 'changes of the last 7 days are kept', 'nobody outside knows what was forgotten when'),
  rule('R-34', 'every connected workstation is poked after changes', ['person'], checkPokes),
  rule('R-35', 'a poke carries no data of cases', ['person'], checkPokeShape),
  rule('R-36', 'bounds of cursor and limit', [], checkBounds),
  rule('R-37', 'pages are consecutive and begin after the cursor', [], checkConsecutive),
  rule('R-38', 'pages are bounded and never empty before the head', [], checkPageSizes),
  rule('R-39', 'head is the last sequence when the page was read', [], checkHead),
  rule('R-40', 'another epoch and a cursor beyond the head: epoch-changed', [], async (line) => {
    const wire = await line.connect()
    const head = await headNow(wire)
    const beyond = { epoch: epochOf(wire), cursor: head + 1_000_000, limit: 1 }
    for (const asked of [beyond, { ...beyond, epoch: 'another', cursor: 0 }]) {
      const code = await wire.codeOf('feed.pull', asked)
      must(code === 'epoch-changed', `${brief(asked)} was answered ${code}`)
    }
  }),
  rule('R-41', 'a cursor before what is kept: cursor-too-old', [], checkOldest),
  rule('R-42', 'the same pull can be asked twice', [], checkRepeatable),
  rule('R-43', 'at is the hub’s clock when it took the change', ['person'], checkInstant),
  ...putRules,
]
