/** Chapter 7, decisions: who may, what is refused and why, what an applied step becomes. */
import type { CaseHead, StepInput } from '../../native/contract/case.ts'
import type { StepKind } from '../../native/contract/vocabulary.ts'
import type { Operation } from '../../native/hub/protocol.ts'
import { type CasePut, type Desk, openDesk } from './desk.ts'
import type { Line } from './line.ts'
import { brief, must, NotSeen, type Rule, rule, unseen } from './rule.ts'

const station = { kind: 'station' as const, id: 'conformance', name: '协议检查' }
const dayMs = 86_400_000

/** The results of one operation on a new case, and of the next one. */
async function tryOne(desk: Desk, kind: StepKind, changes: Partial<Operation> & Record<string, unknown>) {
  const caseId = await desk.report()
  const wrong = desk.operation(caseId, kind, changes)
  const [result, next] = await desk.results(wrong, desk.operation(caseId, 'accept'))
  must(next?.status === 'applied', `the operation after it was answered ${brief(next)}`)
  return { result, caseId, opId: wrong.opId }
}
async function mustRefuse(
  desk: Desk,
  what: string,
  kind: StepKind,
  changes: Record<string, unknown> = {},
): Promise<string> {
  const { result } = await tryOne(desk, kind, changes)
  must(result?.status === 'refused', `${what} was answered ${brief(result)}`)
  return result.why
}

async function checkActor(line: Line): Promise<void> {
  const desk = await openDesk(line)
  const { person } = desk
  const input = { ...desk.operation('x', 'accept').input }
  const strange = await openDesk(line)
  await mustRefuse(strange, 'somebody unknown', 'accept', { actor: { ...person, id: 'conformance-nobody' }, input })
  const role = person.role === 'duty-leader' ? 'operator' : 'duty-leader'
  await mustRefuse(strange, 'another role', 'accept', { actor: { ...person, role } })
  await mustRefuse(strange, 'an administrator', 'accept', { actor: { ...person, role: 'administrator' } })
  const caseId = await strange.report()
  const named = strange.operation(caseId, 'accept', { actor: { ...person, name: '冒名者' } })
  const [result] = await strange.results(named)
  must(result?.status === 'applied', `a person under another name was answered ${brief(result)}`)
  const steps = (await strange.changesOf(caseId)).flatMap(({ put }) => put.steps)
  must(
    steps.find(({ id }) => id === named.opId)?.actor.name !== '冒名者',
    'the step keeps a name that the hub does not have',
  )
}

async function checkUnreadable(line: Line): Promise<void> {
  const desk = await openDesk(line)
  const input: StepInput = desk.operation('x', 'accept').input
  const other = await openDesk(line)
  await mustRefuse(other, 'a step that nobody knows', 'explode' as StepKind)
  await mustRefuse(other, 'a remark of 10,001 units', 'accept', { input: { ...input, remark: '长'.repeat(10_001) } })
  await mustRefuse(other, 'an operation without an input', 'accept', { input: 'none' })
  await mustRefuse(other, 'an operation of more than 200,000 bytes', 'accept', { padding: 'x'.repeat(200_000) })
}

async function checkDecision(line: Line): Promise<void> {
  const desk = await openDesk(line)
  await mustRefuse(desk, 'closing a reported case', 'close')
  await mustRefuse(desk, 'a step on a case that is not there', 'accept', { caseId: `conformance-nobody-${Date.now()}` })
  const caseId = await desk.report()
  await desk.take(caseId, 'accept')
  await desk.take(caseId, 'file')
  const [lacking] = await desk.results(desk.operation(caseId, 'dispatch'))
  must(lacking?.status === 'refused', `a dispatch to nobody was answered ${brief(lacking)}`)
  const stale = desk.operation(caseId, 'dispatch', { baseVersion: 999 })
  const [result] = await desk.results({ ...stale, input: { ...stale.input, assignee: station } })
  must(result?.status === 'applied', `an operation with another baseVersion was answered ${brief(result)}`)
}

async function checkApplied(line: Line): Promise<string> {
  const desk = await openDesk(line)
  const caseId = await desk.report()
  const kinds: StepKind[] = ['remark', 'accept', 'consult', 'file', 'dispatch', 'start', 'resolve']
  const hubNow = async () => Number((await desk.wire.ask('link.ping', { sentAt: Date.now() }))['hubTime'])
  let version = 1
  for (const kind of kinds) {
    const before = await hubNow()
    const { opId, actorAt } = await desk.take(caseId, kind, { assignee: station })
    const change = (await desk.changesOf(caseId)).find(({ put }) => put.steps.some(({ id }) => id === opId))
    must(change, `${kind} was applied, and no change of the feed holds it`)
    const step = change.put.steps.find(({ id }) => id === opId)
    must(step?.kind === kind && step.actorAt === actorAt, `${kind} became ${brief(step)}`)
    must(step.hubAt >= before && step.hubAt <= (await hubNow()), `${kind}: hubAt is ${step.hubAt}`)
    must(change.put.case.version > version, `${kind}: version ${change.put.case.version} after ${version}`)
    version = change.put.case.version
  }
  return kinds.join(', ')
}

async function checkWords(line: Line): Promise<string> {
  const desk = await openDesk(line)
  const why = await mustRefuse(desk, 'closing a reported case', 'close')
  must(/\p{Script=Han}/u.test(why) && why.length <= 1000, `why was ${brief(why)}`)
  const { result } = await tryOne(desk, 'remark', {})
  must(result?.why === '', `why of an applied operation was ${brief(result?.why)}`)
  return why
}

async function checkReport(line: Line): Promise<void> {
  const desk = await openDesk(line)
  const old = {
    number: '自己编的',
    version: 7,
    supervised: true,
    assignee: station,
    failedChecks: 3,
    state: 'closed' as const,
  }
  const [recent, ancient] = [Date.now() - 3_600_000, Date.now() - 3 * dayMs]
  const headOf = async (changes: Partial<CaseHead>) => {
    const caseId = await desk.report(changes)
    return (await desk.changesOf(caseId))[0]?.put.case as CaseHead
  }
  const head = await headOf({ ...old, reportedAt: recent })
  must(head.number !== old.number && head.version === 1 && head.state === 'reported', `the head was ${brief(head)}`)
  must(!head.supervised && head.assignee === null && head.failedChecks === 0, 'a report filled what only steps fill')
  must(head.limit !== null, 'a reported case has no limit')
  must(head.reportedAt === recent, `reported an hour ago, kept as ${head.reportedAt - recent} ms later`)
  must((await headOf({ reportedAt: ancient })).reportedAt > ancient + dayMs, 'a time of three days ago was kept')
  const origin = { reference: '', deadline: null, details: { 摄像机: '村口' }, answer: null }
  const seen = await headOf({ channel: 'video-patrol', origin })
  must(
    seen.channel === 'video-patrol' && seen.origin?.details['摄像机'] === '村口',
    `what was seen by video was kept as ${brief(seen)}`,
  )
  const twice = desk.reportOperation({ id: head.id })
  const elsewhere = desk.reportOperation({ subCenter: 'another' })
  const mismatched = { ...desk.reportOperation(), caseId: 'conformance-another' }
  for (const one of [twice, elsewhere, mismatched]) {
    const [result] = await desk.results(one)
    must(result?.status === 'refused', `a report that must be refused was answered ${brief(result)}`)
  }
}

async function checkDuplicate(line: Line): Promise<void> {
  const desk = await openDesk(line)
  const [original, copy] = [await desk.report(), await desk.report()]
  const merge = (duplicateOf: string) => {
    const one = desk.operation(copy, 'duplicate')
    return { ...one, input: { ...one.input, duplicateOf } }
  }
  const [unknown, itself, right] = await desk.results(merge('conformance-nobody'), merge(copy), merge(original))
  must(unknown?.status === 'refused', `a merge with a case that is not there was answered ${brief(unknown)}`)
  must(itself?.status === 'refused', `a merge with itself was answered ${brief(itself)}`)
  must(right?.status === 'applied', `a merge was answered ${brief(right)}`)
}

async function checkAnswer(line: Line): Promise<void> {
  const desk = await openDesk(line)
  const origin = { reference: 'conformance', deadline: null, details: {}, answer: null }
  for (const kind of ['reject', 'duplicate'] as const) {
    const report = desk.reportOperation({ channel: 'hotline-12345', origin })
    const [taken] = await desk.results(report)
    if (taken?.status !== 'applied') throw new NotSeen('a desk may not report for the hotline here')
    await desk.take(report.caseId, kind, { duplicateOf: kind === 'duplicate' ? await desk.report() : null })
    const last = (await desk.changesOf(report.caseId)).at(-1)?.put as CasePut
    must(last.case.origin?.answer, `after ${kind} the case has no answer for where it came from`)
  }
}

async function checkRemark(line: Line): Promise<void> {
  const desk = await openDesk(line)
  const caseId = await desk.report()
  // Of GB 18030: rare ideographs of planes 0 and 2, a private-use one, Tibetan, an emoji, white space of all kinds.
  const rare = ' 㐀䶮𠮷𬱟\u{e000}ཀྭ龘😀\t第二行\n“‘’”—…¥€ '
  const remark = rare + '长'.repeat(10_000 - rare.length)
  const { opId } = await desk.take(caseId, 'remark', { remark })
  const steps = (await desk.changesOf(caseId)).flatMap(({ put }) => put.steps)
  must(steps.find(({ id }) => id === opId)?.remark === remark, 'a remark of 10,000 units came back as another one')
}

export const decisionRules: readonly Rule[] = [
  rule('R-88', 'the actor is a person of the sub-center with that role', ['person'], checkActor),
  rule('R-89', 'what cannot be read is refused and blocks nothing', ['person'], checkUnreadable),
  rule('R-90', 'the hub decides by the case as it is', ['person'], checkDecision),
  rule('R-91', 'what is applied becomes a step and a head of the feed', ['person'], checkApplied),
  rule('R-92', 'a refusal says why, in Chinese', ['person'], checkWords),
  rule('R-93', 'a report makes a case', ['person'], checkReport),
  rule('R-94', 'a duplicate names another case', ['person'], checkDuplicate),
  unseen('R-95', 'one table of states and steps', 'another table is allowed: the hub says so by refusing'),
  rule('R-96', 'a case that is over is answered to where it came from', ['person'], checkAnswer),
  unseen('R-97', 'steps of others come by the feed and obey the same table', 'the kit is nobody in the field'),
  rule('R-98', 'a remark is kept as it was written', ['person'], checkRemark),
]
