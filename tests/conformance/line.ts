/** What every check works with: connections that are closed after it, and what the run has found out about the hub so far. */
import { Broken, type Need, NotSeen } from './rule.ts'
import { openSnapshot, readPage, readSnapshot, type SnapshotReading } from './snapshot-reading.ts'
import { openWire, type Reply, type Target, type Wire } from './wire.ts'
import { readTail, type Tail } from './tail.ts'

export interface Person {
  id: string
  name: string
  role: string
}

export interface Extras {
  account: { account: string; password: string } | null
  person: Person | null
  second: { workstation: string; token: string } | null
  /** Restarts the hub. */
  restart: (() => Promise<unknown>) | null
  grid: string | null
}

export interface Line {
  target: Target
  extras: Extras
  /** Closed after the check. */
  connect(changes?: object): Promise<Wire>
  connectSecond(changes?: object): Promise<Wire>
  /** Somebody who may work cases. */
  person(): Promise<Person>
  /** All changes that the hub still keeps, at most the last 2,000; read once a run. */
  tail(): Promise<Tail>
  /** A whole snapshot while the feed moved on; read once a run. */
  snapshot(): Promise<SnapshotReading>
  /** Restarts the hub, and waits until the hub welcomes again. */
  restart(): Promise<Wire>
  has(need: Need): Promise<boolean>
}

/** What is found out once and kept for the run. */
export interface Facts {
  person?: Promise<Person | null>
  tail?: Promise<Tail>
  snapshot?: Promise<SnapshotReading>
  heard: Wire[]
}

const restartMs = 60_000

export function createLine(target: Target, extras: Extras, facts: Facts): Line & Disposable {
  const wires: Wire[] = []
  const keep = (wire: Wire) => {
    wires.push(wire)
    facts.heard.push(wire)
    return wire
  }
  const connect = async (changes: object = {}) => keep(await openWire(target, changes))
  const findPerson = () => (facts.person ??= whoWorks(extras, connect, line))
  const line: Line = {
    target,
    extras,
    connect,
    async connectSecond(changes = {}) {
      if (!extras.second) throw new NotSeen('there is no second workstation')
      return keep(await openWire({ ...target, ...extras.second }, changes))
    },
    async person() {
      const person = await findPerson()
      if (!person) throw new NotSeen('nobody of the sub-center is known')
      return person
    },
    tail: () => (facts.tail ??= connect().then((wire) => readTail(wire))),
    snapshot: () => (facts.snapshot ??= readSnapshot(line)),
    async restart() {
      const deadline = Date.now() + restartMs
      await extras.restart?.()
      for (;;) {
        try {
          return await connect()
        } catch (error) {
          if (Date.now() > deadline) throw new Broken(`after the restart: ${String(error)}`)
          await new Promise((resolve) => setTimeout(resolve, 200))
        }
      }
    },
    has: async (need) => (need === 'person' ? (await findPerson()) !== null : extras[need] !== null),
  }
  return {
    ...line,
    [Symbol.dispose]() {
      for (const wire of wires) wire.close()
    },
  }
}

const mostPages = 500
const mostCandidates = 20
const deskRoles = ['operator', 'duty-leader', 'section-chief']

/** Who signed in, who was named, or who took a step at a desk and is still believed: tried with a step on a case that is not there. */
async function whoWorks(extras: Extras, connect: () => Promise<Wire>, line: Line): Promise<Person | null> {
  if (extras.person) return extras.person
  const wire = await connect()
  if (extras.account) {
    const { operator } = await wire.ask('account.signIn', extras.account)
    if (!operator) throw new Broken('the account that was given cannot sign in')
    const { id, name, role } = operator as Person
    return { id, name, role }
  }
  const found = await deskPeople(wire, line)
  let clientSeq = 0
  for (const actor of found) {
    clientSeq += 1
    const elsewhere = `conformance-nobody-${Date.now()}`
    const why = await refusalOf(wire, actor, elsewhere, clientSeq)
    const nobody = await refusalOf(wire, { ...actor, id: `${actor.id}-x` }, elsewhere, (clientSeq += 1))
    if (why !== null && why !== nobody) return { id: actor.id, name: actor.name, role: actor.role }
  }
  return null
}

/** Who took steps at a desk: in the changes that are kept, or else in a snapshot, as far as it has to be read. */
async function deskPeople(wire: Wire, line: Line): Promise<Person[]> {
  const actorsIn = (puts: readonly unknown[]) => {
    const steps = puts.flatMap((put) => (put as { steps?: { actor: Person }[] } | null)?.steps ?? [])
    return steps.map(({ actor }) => actor).filter(({ role }) => deskRoles.includes(role))
  }
  const found = new Map<string, Person>()
  const note = (puts: readonly unknown[]) => actorsIn(puts).forEach((actor) => found.set(actor.id, actor))
  note((await line.tail()).changes.map(({ put }) => put))
  const { snapshotId } = await openSnapshot(wire)
  let after: unknown = null
  for (let page = 0; page < mostPages && found.size < mostCandidates; page += 1) {
    const { items, next } = await readPage(wire, snapshotId, after, 1000)
    note(items)
    after = next
    if (typeof after !== 'string') break
  }
  await wire.ask('snapshot.close', { snapshotId })
  return [...found.values()].slice(0, mostCandidates)
}

async function refusalOf(wire: Wire, actor: Person, caseId: string, clientSeq: number): Promise<string | null> {
  const input = {
    remark: '',
    assignee: null,
    duplicateOf: null,
    duration: null,
    dueAt: null,
    evidence: [],
    callBack: null,
  }
  const operation = {
    ...{
      opId: `${caseId}-${clientSeq}`,
      clientSeq,
      caseId,
      kind: 'accept',
      baseVersion: 1,
      actor,
      actorAt: Date.now(),
    },
    ...{ input, report: null },
  }
  const push = () => wire.ask('ops.push', { ops: [operation] })
  // Sent again, as a workstation does, when no answer comes: that is R-20's affair.
  const reply = await push().catch(push)
  const [result] = (reply['results'] as Reply[] | undefined) ?? []
  return typeof result?.['why'] === 'string' ? result['why'] : null
}
