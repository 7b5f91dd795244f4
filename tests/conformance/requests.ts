/** Chapter 3: requests, their answers, and faults. */
import { fault } from '../../native/hub/protocol.ts'
import { openDesk } from './desk.ts'
import type { Line } from './line.ts'
import { brief, must, NotSeen, type Rule, rule, should, unseen } from './rule.ts'
import { openSnapshot, readPage } from './snapshot-reading.ts'
import { epochOf, pull } from './tail.ts'
import { codeIn, type Reply } from './wire.ts'

/** A request that is right, changes nothing, and needs nobody; and one of the wrong shape. */
const examples: readonly [event: string, right: (epoch: string) => object, wrong: unknown][] = [
  ['link.ping', () => ({ sentAt: Date.now() }), {}],
  ['feed.pull', (epoch) => ({ epoch, cursor: 0, limit: 1 }), { cursor: 0 }],
  ['snapshot.open', () => ({}), 'text'],
  ['snapshot.page', () => ({ snapshotId: 'nobody', after: null, limit: 1 }), { snapshotId: 7 }],
  ['snapshot.close', () => ({ snapshotId: 'nobody' }), {}],
  ['account.signIn', () => ({ account: `nobody-${Date.now()}`, password: 'nothing' }), { account: 'x' }],
  ['account.signOut', () => ({ sessionToken: 'no-session-of-anybody' }), { sessionToken: 1 }],
  ['ops.push', () => ({ ops: [] }), { ops: 'none' }],
  ['instruction.send', () => ({}), { text: 5 }],
  ['presence.look', () => ({}), { caseId: 5 }],
  ['claim.take', () => ({}), { caseId: null }],
  ['claim.release', () => ({ caseId: 'conformance-nobody' }), {}],
  ['lease.take', () => ({}), { cameraId: null }],
  ['lease.release', () => ({ cameraId: 'conformance-nobody' }), {}],
]
/** As many as a hub that forgets to answer now and then cannot pass by luck. */
const pushes = 20

function mustBeAnswer(event: string, reply: Reply): void {
  must(reply['ok'] === true || fault.safeParse(reply).success, `${event} was answered ${brief(reply)}`)
}

async function checkAnswers(line: Line): Promise<string> {
  const wire = await line.connect()
  for (const [event, right] of examples) mustBeAnswer(event, await wire.ask(event, right(epochOf(wire))))
  for (let count = 0; count < pushes; count += 1) mustBeAnswer('ops.push', await wire.ask('ops.push', { ops: [] }))
  return `${examples.length + pushes} requests, all answered`
}

async function checkWrongShapes(line: Line): Promise<void> {
  const wire = await line.connect()
  for (const [event, , wrong] of examples) {
    for (const body of [wrong, null, 'text', []]) {
      const code = await wire.codeOf(event, body)
      must(code === 'malformed', `${event} ${brief(body)} was answered ${code}`)
    }
  }
  for (const event of ['feed.unknown', 'constructor', 'ops.undo', '']) {
    const code = await wire.codeOf(event, {})
    must(code === 'unsupported', `${brief(event)} was answered ${code}`)
  }
  must(wire.isConnected(), 'the connection was closed')
}

async function checkUnacknowledged(line: Line): Promise<void> {
  const desk = await openDesk(line)
  const caseId = await desk.report()
  const silent = desk.operation(caseId, 'remark')
  desk.wire.tell('ops.push', { ops: [silent] })
  await desk.wire.ask('link.ping', { sentAt: Date.now() })
  const [result] = await desk.results(desk.operation(caseId, 'accept', { clientSeq: silent.clientSeq }))
  must(result?.status === 'applied', `the next operation was answered ${brief(result)}`)
  const steps = (await desk.changesOf(caseId)).flatMap(({ put }) => put.steps.map(({ id }) => id))
  must(!steps.includes(silent.opId), 'what nobody could be answered for was carried out')
}

async function checkFaults(line: Line): Promise<void> {
  const wire = await line.connect()
  const secret = 'conformance-secret-17'
  const replies = [
    await wire.ask('feed.unknown', {}),
    await wire.ask('feed.pull', { epoch: 'another', cursor: 0, limit: 1 }),
    await wire.ask('snapshot.page', { snapshotId: 7 }),
    await wire.ask('account.signIn', { account: `nobody-${Date.now()}`, password: secret }),
    await wire.ask('account.signIn', { account: 'a b', password: secret }),
    await wire.ask('account.signOut', { sessionToken: [secret] }),
  ]
  for (const reply of replies) {
    const parsed = fault.safeParse(reply)
    must(parsed.success && /^[a-z-]{1,40}$/.test(parsed.data.fault.code), `a fault was ${brief(reply)}`)
    must(!JSON.stringify(reply).includes(secret), 'a fault repeats a password or a token')
  }
}

async function checkPingAtWork(line: Line): Promise<string> {
  const [busy, other] = [await line.connect(), await line.connect()]
  const { snapshotId } = await openSnapshot(busy)
  const work = Array.from({ length: 10 }, () => readPage(busy, snapshotId, null, 1000))
  const began = performance.now()
  const pings = [busy, other].map((wire) => wire.ask('link.ping', { sentAt: Date.now() }))
  await Promise.all(pings)
  const ms = Math.round(performance.now() - began)
  await Promise.all(work)
  should(ms < 3000, `link.ping took ${ms} ms beside ten pages of a snapshot`)
  return `${ms} ms beside ten pages of a snapshot`
}

async function checkHubTime(line: Line): Promise<string> {
  const wire = await line.connect()
  const times = [wire.welcome['hubTime']]
  times.push((await wire.ask('link.ping', { sentAt: Date.now() }))['hubTime'])
  times.push((await pull(wire, Number(wire.welcome['head']), 1))['hubTime'])
  const [low, high] = [Date.UTC(2015, 0), Date.UTC(2100, 0)]
  const isInstant = (time: unknown) => Number.isInteger(time) && Number(time) > low && Number(time) < high
  must(times.every(isInstant), `hubTime was ${brief(times)}`)
  const spread = Math.max(...times.map(Number)) - Math.min(...times.map(Number))
  must(spread < 60_000, `hubTime differs by ${spread} ms between welcome, ping and pull`)
  return `the hub’s clock is ${Math.round((Number(times[1]) - Date.now()) / 100) / 10} s from this one’s`
}

export const requestRules: readonly Rule[] = [
  rule('R-20', 'every request is answered', [], checkAnswers),
  rule('R-21', 'malformed, unsupported; the connection stays', [], checkWrongShapes),
  rule('R-22', 'a request without an acknowledgement is not carried out', ['person'], checkUnacknowledged),
  rule('R-23', 'faults have a code and a short message without secrets', [], checkFaults),
  rule('R-24', 'unknown fields are ignored', [], async (line) => {
    const wire = await line.connect({ colour: 'green' })
    const asked = { epoch: epochOf(wire), cursor: Number(wire.welcome['head']), limit: 1, colour: 'green' }
    for (const [event, body] of [['feed.pull', asked] as const, ['link.ping', { sentAt: 1, colour: {} }] as const]) {
      const reply = await wire.ask(event, body)
      must(codeIn(reply) === 'ok', `${event} with an unknown field was answered ${brief(reply)}`)
    }
  }),
  unseen('R-25', 'requests may be answered in another order', 'it permits and demands nothing'),
  unseen('R-26', 'a failure of the hub itself is answered internal', 'a hub cannot be made to fail from outside'),
  rule('R-27', 'link.ping is answered at once', [], checkPingAtWork),
  rule('R-28', 'hubTime is in milliseconds since 1970', [], checkHubTime),
]

/** Heard by the way: looked at after everything else. */
export const positionRules = (heard: () => readonly { payload: Reply; at: number }[][]): readonly Rule[] => [
  rule('R-62', 'field.positions: where people are, by the hub’s clock', [], async () => {
    const positions = heard()
      .flat()
      .flatMap(({ payload }) => (payload['positions'] as Reply[] | undefined) ?? [])
    if (positions.length === 0) throw new NotSeen('no positions came while the kit was at work')
    const isPlace = ({ id, at, longitude, latitude }: Reply) =>
      typeof id === 'string' && Number.isInteger(at) && typeof longitude === 'number' && typeof latitude === 'number'
    must(positions.every(isPlace), `a position was ${brief(positions.find((one) => !isPlace(one)))}`)
  }),
  rule('R-63', 'field.positions: at most 2,000, each person once, not more than one event in 5 s', [], async () => {
    const events = heard().flat()
    if (events.length === 0) throw new NotSeen('no positions came while the kit was at work')
    for (const { payload } of events) {
      const ids = (payload['positions'] as Reply[]).map(({ id }) => id)
      must(ids.length <= 2000 && new Set(ids).size === ids.length, `an event held ${ids.length} positions`)
    }
    for (const one of heard()) {
      const gaps = one.slice(1).map(({ at }, index) => at - (one[index]?.at ?? 0))
      should(
        gaps.every((gap) => gap > 4500),
        `events came ${Math.min(...gaps)} ms apart`,
      )
    }
  }),
]
