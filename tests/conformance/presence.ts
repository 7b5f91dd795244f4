/** Chapter 12: who looks at which case, and who has taken one on. */
import { presenceTold as presenceShape, type Presence, type PresenceTold } from '../../native/contract/presence.ts'
import { openDesk } from './desk.ts'
import type { Line } from './line.ts'
import { brief, must, NotSeen, type Rule, rule } from './rule.ts'
import { codeIn, type Reply, type Wire } from './wire.ts'

const caseIdOf = (name: string) => `conformance-${name}-${Date.now()}`
const asPresence = (payload: Reply) => payload as unknown as Presence
const seatsOn = (payload: Reply, caseId: string) => asPresence(payload).seats.filter((seat) => seat.caseId === caseId)
const claimOn = (payload: Reply, caseId: string) => asPresence(payload).claims.find((claim) => claim.caseId === caseId)

async function mustHear(wire: Wire, what: string, isMeant: (payload: Reply) => boolean, since = 0): Promise<Reply> {
  const heard = await wire.hear('presence.changed', isMeant, since)
  must(heard, `no presence.changed said that ${what}`)
  return heard
}
async function mustDo(wire: Wire, event: string, body: object, code = 'ok'): Promise<void> {
  const reply = await wire.ask(event, body)
  must(codeIn(reply) === code, `${event} ${brief(body)} was answered ${brief(reply)}`)
}
async function secondHere(line: Line): Promise<Wire> {
  const [here, second] = [await line.connect(), await line.connectSecond()]
  if (line.extras.second?.workstation === line.target.workstation)
    throw new NotSeen('the second workstation is the first one')
  if (brief(here.welcome['subCenter']) === brief(second.welcome['subCenter'])) return second
  throw new NotSeen('the second workstation is of another sub-center')
}

async function checkTold(line: Line): Promise<void> {
  const [by, caseId] = [await line.person(), caseIdOf('look')]
  const [first, other] = [await line.connect(), await line.connect()]
  const state = await mustHear(other, 'there is a state, after welcome', () => true)
  const parsed = presenceShape.safeParse(state)
  must(parsed.success, `presence.changed was ${brief(parsed.error?.issues[0] ?? state)}`)
  await mustDo(first, 'presence.look', { caseId, by })
  await mustHear(other, 'somebody looks', (payload) => seatsOn(payload, caseId).length === 1)
  await mustDo(first, 'claim.take', { caseId, by, isTakenOver: false })
  await mustHear(other, 'a case was taken on', (payload) => claimOn(payload, caseId) !== undefined)
  const since = other.heard.length
  await mustDo(first, 'claim.release', { caseId })
  await mustHear(other, 'it was given up', (payload) => claimOn(payload, caseId) === undefined, since)
}

async function checkSeats(line: Line): Promise<void> {
  const [by, caseId, next] = [await line.person(), caseIdOf('seat'), caseIdOf('next')]
  const [first, other] = [await line.connect(), await line.connect()]
  await mustDo(first, 'presence.look', { caseId, by })
  await mustDo(first, 'presence.look', { caseId: next, by })
  const moved = await mustHear(other, 'somebody looks at the next one', (payload) => seatsOn(payload, next).length > 0)
  must(seatsOn(moved, caseId).length === 0, 'a connection has two seats')
  let since = other.heard.length
  await mustDo(first, 'presence.look', { caseId: null, by })
  await mustHear(other, 'nobody looks', (payload) => seatsOn(payload, next).length === 0, since)
  await mustDo(first, 'presence.look', { caseId, by })
  await mustHear(other, 'somebody looks again', (payload) => seatsOn(payload, caseId).length > 0, since)
  since = other.heard.length
  first.close()
  await mustHear(other, 'the seat ended with its connection', (payload) => seatsOn(payload, caseId).length === 0, since)
}

async function checkWho(line: Line): Promise<void> {
  const wire = await line.connect()
  const by = await line.person()
  const role = by.role === 'duty-leader' ? 'operator' : 'duty-leader'
  const caseId = caseIdOf('who')
  for (const wrong of [
    { ...by, id: 'conformance-nobody' },
    { ...by, role },
    { ...by, role: 'administrator' },
  ]) {
    await mustDo(wire, 'presence.look', { caseId, by: wrong }, 'forbidden')
    await mustDo(wire, 'claim.take', { caseId, by: wrong, isTakenOver: false }, 'forbidden')
  }
  await mustDo(wire, 'presence.look', { caseId, by: { ...by, name: '冒名者' } })
  const heard = await mustHear(wire, 'somebody looks', (payload) => seatsOn(payload, caseId).length > 0)
  must(seatsOn(heard, caseId)[0]?.by.name !== '冒名者', 'a seat has a name that the hub does not have')
}

async function checkClaims(line: Line): Promise<void> {
  const [by, caseId] = [await line.person(), caseIdOf('claim')]
  const [first, second] = [await line.connect(), await secondHere(line)]
  await mustDo(first, 'claim.take', { caseId, by, isTakenOver: false })
  await mustDo(first, 'claim.take', { caseId, by, isTakenOver: false })
  await mustDo(second, 'claim.take', { caseId, by, isTakenOver: false }, 'claimed')
  const mayTakeOver = ['duty-leader', 'section-chief'].includes(by.role)
  await mustDo(second, 'claim.take', { caseId, by, isTakenOver: true }, mayTakeOver ? 'ok' : 'claimed')
  const holder = mayTakeOver ? line.extras.second?.workstation : line.target.workstation
  const state = await mustHear(
    second,
    'the case is claimed',
    (payload) => claimOn(payload, caseId)?.workstation === holder,
  )
  must(claimOn(state, caseId)?.workstation === holder, 'the claim changed hands')
  for (const wire of [first, second]) await mustDo(wire, 'claim.release', { caseId })
}

async function checkOutlives(line: Line, again: () => Promise<Wire>): Promise<void> {
  const [by, caseId] = [await line.person(), caseIdOf('outlives')]
  const first = await line.connect()
  await mustDo(first, 'claim.take', { caseId, by, isTakenOver: false })
  const heard = await mustHear(first, 'a case was taken on', (payload) => claimOn(payload, caseId) !== undefined)
  const minutes = ((claimOn(heard, caseId)?.until ?? 0) - Number(first.welcome['hubTime'])) / 60_000
  must(minutes > 29 && minutes < 32, `a claim ends after ${minutes.toFixed(1)} minutes`)
  first.close()
  const wire = await again()
  await mustHear(wire, 'the claim outlived its connection', (payload) => claimOn(payload, caseId) !== undefined)
  await mustDo(wire, 'claim.release', { caseId })
}

async function checkRelease(line: Line): Promise<void> {
  const [by, caseId] = [await line.person(), caseIdOf('release')]
  const [first, second] = [await line.connect(), await secondHere(line)]
  await mustDo(first, 'claim.take', { caseId, by, isTakenOver: false })
  await mustDo(second, 'claim.release', { caseId })
  await mustDo(second, 'claim.take', { caseId, by, isTakenOver: false }, 'claimed')
  await mustDo(first, 'claim.release', { caseId })
  await mustDo(first, 'claim.release', { caseId })
}

async function checkNoBinding(line: Line): Promise<void> {
  const second = await secondHere(line)
  const desk = await openDesk(line)
  const caseId = await desk.report()
  await mustDo(second, 'claim.take', { caseId, by: desk.person, isTakenOver: false })
  await desk.take(caseId, 'accept')
  await mustDo(second, 'claim.release', { caseId })
}

async function checkLeases(line: Line): Promise<void> {
  const [by, cameraId] = [await line.person(), `conformance-camera-${Date.now()}`]
  const [first, second] = [await line.connect(), await secondHere(line)]
  const ask = { cameraId, by, isTakenOver: false }
  await mustDo(first, 'lease.take', ask)
  await mustDo(first, 'lease.take', ask)
  await mustDo(second, 'lease.take', ask, 'claimed')
  // The same person is of no higher role than themselves.
  await mustDo(second, 'lease.take', { ...ask, isTakenOver: true }, 'claimed')
  await mustDo(second, 'lease.release', { cameraId })
  const leaseOn = (payload: Reply) =>
    (payload as unknown as PresenceTold).leases?.find((lease) => lease.cameraId === cameraId)
  const heard = await mustHear(second, 'a camera was taken in hand', (payload) => leaseOn(payload) !== undefined)
  must(leaseOn(heard)?.workstation === line.target.workstation, 'the lease changed hands')
  must(claimOn(heard, cameraId) === undefined, 'a lease is told as a claim')
  const since = second.heard.length
  await mustDo(first, 'lease.release', { cameraId })
  await mustHear(second, 'the camera was let go', (payload) => leaseOn(payload) === undefined, since)
}

async function checkLeaseTime(line: Line): Promise<void> {
  const [by, cameraId] = [await line.person(), `conformance-lease-${Date.now()}`]
  const first = await line.connect()
  const leaseOn = (payload: Reply) =>
    (payload as unknown as PresenceTold).leases?.find((lease) => lease.cameraId === cameraId)
  await mustDo(first, 'lease.take', { cameraId, by, isTakenOver: false })
  const heard = await mustHear(first, 'a camera was taken in hand', (payload) => leaseOn(payload) !== undefined)
  const seconds = ((leaseOn(heard)?.until ?? 0) - Number(first.welcome['hubTime'])) / 1_000
  must(seconds > 55 && seconds < 120, `a lease ends after ${seconds.toFixed(0)} seconds`)
  await mustDo(first, 'lease.release', { cameraId })
}

export const presenceRules: readonly Rule[] = [
  rule('R-120', 'presence.changed tells everybody the whole state', ['person'], checkTold),
  rule('R-121', 'a connection has at most one seat, which ends with it', ['person'], checkSeats),
  rule('R-122', 'by is a person of the sub-center, under the hub’s name', ['person'], checkWho),
  rule('R-123', 'at most one workstation has a claim on a case', ['person', 'second'], checkClaims),
  rule('R-124', 'a claim lasts 30 minutes and outlives its connection', ['person'], (line) =>
    checkOutlives(line, () => line.connect()),
  ),
  rule('R-124', 'a claim outlives a restart', ['person', 'restart'], (line) =>
    checkOutlives(line, () => line.restart()),
  ),
  rule('R-125', 'releasing is idempotent', ['person'], async (line) => {
    const wire = await line.connect()
    for (let round = 0; round < 2; round += 1) await mustDo(wire, 'claim.release', { caseId: 'conformance-nobody' })
  }),
  rule('R-125', 'releasing does not end another workstation’s claim', ['person', 'second'], checkRelease),
  rule('R-127', 'at most one workstation has a camera in hand', ['person', 'second'], checkLeases),
  rule('R-128', 'a lease ends after a minute', ['person'], checkLeaseTime),
  rule('R-126', 'operations are decided as if there were no claims', ['person', 'second'], checkNoBinding),
]
