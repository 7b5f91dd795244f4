/**
 * A hub that breaks one rule of the protocol on purpose: a layer around the true hub's requests, chosen by name. For the conformance
 * kit, which must find it out, and for consoles, which must survive it.
 */
/** What came over one connection. */
export interface Asked {
  event: string
  body: unknown
}

/**
 * Answers in the hub's place; `undefined` means: never. `carryOut` is the true hub and never rejects; it takes operations as those of
 * another client where one is named.
 */
export type Misbehaviour = (
  asked: Asked,
  carryOut: (body: unknown, clientId?: string) => Promise<object>,
) => Promise<object | undefined>

interface Reply {
  ok?: boolean
  changes?: unknown[]
  items?: unknown[]
  next?: string | null
  total?: number
  results?: { opId: string }[]
}
interface PushedOperation {
  opId: string
  clientSeq: number
  kind: string
  caseId: string
}

/** Pages that are shorter stay true, so that only what reads many changes at once meets the fault. */
const leastSpoiled = 3
const neverAnswered = 17

/** Breaks: what a page of changes says is not what the feed holds. */
const spoilPages =
  (spoil: (changes: unknown[]) => unknown[]): Misbehaviour =>
  async ({ event, body }, carryOut) => {
    const reply: Reply = await carryOut(body)
    if (event !== 'feed.pull' || (reply.changes?.length ?? 0) < leastSpoiled) return reply
    return { ...reply, changes: spoil(reply.changes ?? []) }
  }

/** Leaves out the last item of a snapshot; `total` counts it or lies about it. */
const cutSnapshot =
  (isTotalTrue: boolean): Misbehaviour =>
  async ({ event, body }, carryOut) => {
    const reply: Reply = await carryOut(body)
    if (event === 'snapshot.open' && !isTotalTrue) return { ...reply, total: Math.max(0, (reply.total ?? 0) - 1) }
    if (event !== 'snapshot.page' || reply.next !== null) return reply
    return { ...reply, items: reply.items?.slice(0, -1) }
  }

/** Nothing where the true hub will say that it is no batch. */
function opsOf(body: unknown): PushedOperation[] {
  const ops = (body as { ops?: unknown } | null)?.ops
  if (!Array.isArray(ops) || ops.length > 100) return []
  const isOperation = (one: PushedOperation | null) =>
    typeof one?.opId === 'string' && !one.opId.includes(' ') && Number.isInteger(one.clientSeq) && one.clientSeq >= 1
  return ops.every(isOperation) ? (ops as PushedOperation[]) : []
}
const applied = (ops: readonly PushedOperation[]) => ops.map(({ opId }) => ({ opId, status: 'applied', why: '' }))

const replaced = (results: readonly { opId: string }[], by: readonly { opId: string }[]) =>
  results.map((result) => by.find(({ opId }) => opId === result.opId) ?? result)

/**
 * Answers a single remark at once and carries it out when the next request comes: a hub that is killed in between has lost it. Only
 * remarks, because nothing but a look at the case could say whether another step will be refused.
 */
function answerBeforeCommit(): Misbehaviour {
  let held: (() => Promise<unknown>)[] = []
  return async ({ event, body }, carryOut) => {
    const late = held
    held = []
    for (const carry of late) await carry()
    const ops = opsOf(body)
    if (event !== 'ops.push' || ops.length !== 1 || ops[0]?.kind !== 'remark') return carryOut(body)
    held.push(() => carryOut(body))
    return { ok: true, results: applied(ops) }
  }
}

/** Says that a consultation (会商) was taken. The true hub gets one on a case that is not there, so that only its number counts. */
function forgetChange(): Misbehaviour {
  return async ({ event, body }, carryOut) => {
    const ops = opsOf(body)
    if (event !== 'ops.push' || ops.length === 0) return carryOut(body)
    const isForgotten = ({ kind }: PushedOperation) => kind === 'consult'
    const sent = ops.map((one) => (isForgotten(one) ? { ...one, caseId: 'forgotten' } : one))
    const reply: Reply = await carryOut({ ops: sent })
    const forgotten = applied(ops.filter(isForgotten))
    return reply.results ? { ...reply, results: replaced(reply.results, forgotten) } : reply
  }
}

/** Does again what it did before: as somebody else's, under an id that is taken back in all that it answers. */
function forgetDedupe(): Misbehaviour {
  const repetition = /~again-\d+~/g
  const original = <T>(reply: T) => JSON.parse(JSON.stringify(reply).replaceAll(repetition, '')) as T
  const done = new Set<string>()
  let repeated = 0
  return async ({ event, body }, carryOut) => {
    const reply: Reply = original(await carryOut(body))
    const ops = event === 'ops.push' && reply.results ? opsOf(body) : []
    const again = ops.filter(({ opId }) => done.has(opId))
    for (const { opId } of ops) done.add(opId)
    if (again.length === 0) return reply
    const client = `again-${(repeated += 1)}`
    const others = again.map((one, index) => ({ ...one, opId: `${one.opId}~${client}~`, clientSeq: index + 1 }))
    const second: Reply = original(await carryOut({ ops: others }, client))
    return { ...reply, results: replaced(reply.results ?? [], second.results ?? []) }
  }
}

/** Carries out every seventeenth batch without a word. */
function silentPush(): Misbehaviour {
  let pushes = 0
  return async ({ event, body }, carryOut) => {
    const reply = await carryOut(body)
    if (event !== 'ops.push') return reply
    pushes += 1
    return pushes % neverAnswered === 0 ? undefined : reply
  }
}

const faults = {
  'forget-dedupe': forgetDedupe,
  'repeat-sequence': () => spoilPages((changes) => [...changes.slice(0, 2), ...changes.slice(1)]),
  'skip-sequence': () => spoilPages((changes) => changes.toSpliced(1, 1)),
  'reorder-changes': () => spoilPages(([first, second, ...rest]) => [second, first, ...rest]),
  'truncate-snapshot': () => cutSnapshot(true),
  'lying-total': () => cutSnapshot(false),
  'answer-before-commit': answerBeforeCommit,
  'forget-change': forgetChange,
  'silent-push': silentPush,
} satisfies Record<string, () => Misbehaviour>

export type FaultName = keyof typeof faults
export const faultNames = Object.keys(faults) as FaultName[]

/** Rejects an unknown name with a sentence for a person. */
export function createMisbehaviour(name: string): Misbehaviour {
  if (!Object.hasOwn(faults, name)) throw new Error(`there is no fault "${name}"; known: ${faultNames.join(', ')}`)
  return faults[name as FaultName]()
}
