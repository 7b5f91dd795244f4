/** Chapter 13: documents that workstations share. The kit keeps to a kind of its own and removes what it made. */
import { createHash, randomUUID } from 'node:crypto'
import { mostBodyBytes, mostDocuments, sharedDocument } from '../../native/documents/document.ts'
import type { Line } from './line.ts'
import { brief, must, type Rule, rule, unseen } from './rule.ts'
import { changesAfter } from './tail.ts'
import { codeIn, type Reply, type Wire } from './wire.ts'

const kind = 'conformance'

async function openKeeper(line: Line, wire: Wire) {
  const by = await line.person()
  const sent = (changes: object = {}) => ({
    ...{ opId: randomUUID(), kind, id: randomUUID(), base: 0, name: '协议检查', body: { note: '可删除' }, by },
    ...changes,
  })
  async function save(one: object, code = 'ok'): Promise<Reply> {
    const reply = await wire.ask('document.save', one)
    must(codeIn(reply) === code, `document.save ${brief(one)} was answered ${brief(reply)}`)
    return reply
  }
  const remove = (id: string, version: unknown, of = kind) => save(sent({ id, kind: of, base: version, body: null }))
  async function putsOf(id: string): Promise<Reply[]> {
    const changes = await changesAfter(wire, Number(wire.welcome['head']))
    const documents = changes.map(({ put }) => (put as { document?: Reply } | null)?.document)
    return documents.filter((one) => one?.['id'] === id) as Reply[]
  }
  return { by, sent, save, remove, putsOf }
}

async function snapshotOf(wire: Wire): Promise<Reply[]> {
  const { snapshotId } = await wire.ask('snapshot.open', {})
  const items: Reply[] = []
  for (let after: unknown = null; ;) {
    const page = await wire.ask('snapshot.page', { snapshotId, after, limit: 1000 })
    must(codeIn(page) === 'ok', `snapshot.page was answered ${brief(page)}`)
    items.push(...(page['items'] as Reply[]))
    after = page['next']
    if (after === null) break
  }
  await wire.ask('snapshot.close', { snapshotId })
  return items.flatMap((item) => (item['kind'] === 'document' ? [item['document'] as Reply] : []))
}

async function checkOnce(line: Line, between: (wire: Wire) => Promise<Wire>): Promise<void> {
  const first = await line.connect()
  const { sent, save } = await openKeeper(line, first)
  const one = sent()
  const answer = await save(one)
  const late = sent({ id: one.id })
  await save(late, 'stale')
  const wire = await between(first)
  const keeper = await openKeeper(line, wire)
  const again = await keeper.save(one)
  must(again['version'] === answer['version'] && again['seq'] === answer['seq'], `again: ${brief(again)}`)
  await keeper.remove(one.id, answer['version'])
  await keeper.save(late, 'stale')
  must((await keeper.putsOf(one.id)).length <= 2, 'a save that was sent twice is in two changes')
}

async function checkPut(line: Line): Promise<void> {
  const wire = await line.connect()
  const { by, sent, save, remove, putsOf } = await openKeeper(line, wire)
  const one = sent({ by: { ...by, name: '冒名者' } })
  const { version, seq } = await save(one)
  const changes = await changesAfter(wire, Number(wire.welcome['head']))
  const change = changes.find((each) => each.seq === seq)
  must((change?.put as { document?: Reply } | null)?.document?.['id'] === one.id, `change ${brief(seq)} is another one`)
  const parsed = sharedDocument.safeParse((await putsOf(one.id))[0])
  must(parsed.success, `the put was ${brief(parsed.error?.issues[0])}`)
  must(parsed.data.opId === one.opId && parsed.data.version === version, `the put is ${brief(parsed.data)}`)
  must(parsed.data.by.name !== '冒名者', 'a document has a name that the hub does not have')
  await remove(one.id, version)
  const [, gone] = await putsOf(one.id)
  must(gone?.['body'] === null, `the removal is told as ${brief(gone)}`)
}

async function checkVersions(line: Line): Promise<void> {
  const { sent, save, remove } = await openKeeper(line, await line.connect())
  const [one, other] = [sent(), sent()]
  const versions = [(await save(one))['version'], (await save(other))['version']]
  versions.push((await save(sent({ id: one.id, base: versions[0] })))['version'])
  versions.push((await remove(one.id, versions[2]))['version'], (await remove(other.id, versions[1]))['version'])
  // Made anew under its id, it goes on.
  versions.push((await save(sent({ id: one.id })))['version'])
  await remove(one.id, versions[5])
  must(
    versions.every((each, index) => index === 0 || Number(each) > Number(versions[index - 1])),
    `versions were ${brief(versions)}`,
  )
}

async function checkStale(line: Line): Promise<void> {
  const { sent, save, remove, putsOf } = await openKeeper(line, await line.connect())
  const one = sent()
  const { version } = await save(one)
  const next = Number((await save(sent({ id: one.id, base: version })))['version'])
  for (const base of [0, Number(version), next + 1]) await save(sent({ id: one.id, base }), 'stale')
  await save(sent({ id: one.id, base: version, body: null }), 'stale')
  await save(sent({ id: one.id, base: 0, body: null }), 'malformed')
  await save(sent({ base: next }), 'stale')
  await remove(one.id, next)
  must((await putsOf(one.id)).length === 3, 'a save that was stale is in the feed')
}

async function checkSnapshot(line: Line): Promise<void> {
  const wire = await line.connect()
  const { sent, save, remove } = await openKeeper(line, wire)
  const one = sent()
  const { version } = await save(one)
  const isThere = async () => (await snapshotOf(wire)).filter((each) => each['id'] === one.id).length
  must((await isThere()) === 1, 'a document is not in the snapshot once')
  await remove(one.id, version)
  must((await isThere()) === 0, 'a removed document is in the snapshot')
}

async function checkLimits(line: Line): Promise<string> {
  const { sent, save, remove } = await openKeeper(line, await line.connect())
  const empty = JSON.stringify({ note: '' }).length
  const filled = (bytes: number) => ({ note: '网' + 'x'.repeat(bytes - empty - 3) })
  const whole = sent({ body: filled(mostBodyBytes) })
  await remove(whole.id, (await save(whole))['version'])
  const large = sent({ body: filled(mostBodyBytes + 1) })
  await save(large, 'too-large')
  // Not an answer for ever: the same one within the limit is taken.
  await remove(large.id, (await save({ ...large, body: { note: '' } }))['version'])
  const crowd = `${kind}-many`
  const made: (readonly [string, unknown])[] = []
  // Some at a time: all at once would keep a hub from answering pings.
  while (made.length < mostDocuments) {
    const some = Array.from({ length: 20 }, async () => {
      const one = sent({ kind: crowd })
      return [one.id, (await save(one))['version']] as const
    })
    made.push(...(await Promise.all(some)))
  }
  await save(sent({ kind: crowd }), 'too-many')
  for (let from = 0; from < made.length; from += 20)
    await Promise.all(made.slice(from, from + 20).map(([id, version]) => remove(id, version, crowd)))
  return `${made.length} documents of a kind`
}

async function checkKept(line: Line): Promise<void> {
  const { sent, save, remove, putsOf } = await openKeeper(line, await line.connect())
  const body = { 名: '㐀𠮷\u0000', list: [1, null, { deep: [true] }], number: 1.5, empty: {} }
  const digest = createHash('md5').update(randomUUID()).digest('hex').replaceAll(/\d/g, '')
  const of = `unseen-${digest}`
  const one = sent({ kind: of, name: '名称 𠮷', body })
  const { version } = await save(one)
  const [put] = await putsOf(one.id)
  must(
    put?.['name'] === one.name && JSON.stringify(put['body']) === JSON.stringify(body),
    `it was kept as ${brief(put)}`,
  )
  await remove(one.id, version, of)
}

export const documentRules: readonly Rule[] = [
  rule('R-129', 'a save is taken once', ['person'], (line) => checkOnce(line, (wire) => Promise.resolve(wire))),
  rule('R-129', 'a save is taken once, also over a restart', ['person', 'restart'], (line) =>
    checkOnce(line, () => line.restart()),
  ),
  rule('R-130', 'what is taken becomes a put of the feed', ['person'], checkPut),
  rule('R-131', 'no version is given twice, and they grow', ['person'], checkVersions),
  rule('R-132', 'only what was made from the present version is taken', ['person'], checkStale),
  unseen('R-133', 'what was stale becomes a copy', 'it is about workstations'),
  rule('R-134', 'a snapshot holds the documents that are there', ['person'], checkSnapshot),
  rule('R-135', 'who saves is a person of the sub-center', ['person'], async (line) => {
    const { by, sent, save } = await openKeeper(line, await line.connect())
    await save(sent({ by: { ...by, id: 'conformance-nobody' } }), 'forbidden')
  }),
  rule('R-136', 'size and number are limited', ['person'], checkLimits),
  rule('R-137', 'kinds that the hub has never seen are kept as they came', ['person'], checkKept),
  unseen('R-138', 'what a restored hub has lost is sent again', 'it is about workstations'),
]
