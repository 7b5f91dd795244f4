/** Chapter 7, delivery: batches, repetition, numbers. */
import { randomUUID } from 'node:crypto'
import { type Desk, openDesk, type Result } from './desk.ts'
import type { Line } from './line.ts'
import { decisionRules } from './operations-decided.ts'
import { brief, must, NotSeen, type Rule, rule, unseen } from './rule.ts'
import { codeIn } from './wire.ts'

async function mustBeFault(desk: Desk, code: string, ops: unknown, what: string): Promise<void> {
  const reply = await desk.push(ops as object[])
  must(codeIn(reply) === code, `${what} was answered ${brief(reply)}`)
}
const stepsOf = async (desk: Desk, caseId: string) =>
  (await desk.changesOf(caseId)).flatMap(({ put }) => put.steps.map(({ id }) => id))
const mustApply = (results: readonly Result[], what: string) =>
  must(
    results.every(({ status }) => status === 'applied'),
    `${what} was answered ${brief(results)}`,
  )

async function checkBatch(line: Line): Promise<void> {
  const desk = await openDesk(line)
  const like = { ...desk.operation('conformance-nobody', 'accept'), clientSeq: 1 }
  const many = Array.from({ length: 101 }, (_, index) => ({
    ...like,
    opId: `${like.opId}-${index}`,
    clientSeq: index + 1,
  }))
  const wrong = [[], many, 'none', null, [null], [{ ...like, opId: undefined }], [{ ...like, opId: 'a b' }]]
  const numbers = [0, -1, 1.5, '1', undefined].map((clientSeq) => [{ ...like, clientSeq }])
  for (const ops of [...wrong, ...numbers]) await mustBeFault(desk, 'malformed', ops, brief(ops))
  const whole = many.slice(0, 100)
  const results = await desk.results(...whole)
  must(results.length === 100, `a batch of 100 was answered with ${results.length} results`)
}

async function checkResults(line: Line): Promise<void> {
  const desk = await openDesk(line)
  const caseId = await desk.report()
  const kinds = ['accept', 'accept', 'remark', 'close', 'file', 'accept'] as const
  const ops = kinds.map((kind) => desk.operation(caseId, kind))
  const results = await desk.results(...ops)
  must(results.map(({ opId }) => opId).join() === ops.map(({ opId }) => opId).join(), `answered ${brief(results)}`)
  const statuses = results.map(({ status }) => status)
  must(
    statuses.every((status) => ['applied', 'refused'].includes(status)),
    `answered ${brief(statuses)}`,
  )
}

async function checkTransaction(line: Line): Promise<void> {
  const desk = await openDesk(line)
  const caseId = await desk.report()
  const next = desk.operation(caseId, 'accept')
  const gap = { ...desk.operation(caseId, 'file'), clientSeq: next.clientSeq + 2 }
  await mustBeFault(desk, 'out-of-order', [next, gap], 'a batch with a gap')
  must(!(await stepsOf(desk, caseId)).includes(next.opId), 'a part of a faulted batch was carried out')
  mustApply(await desk.results(next), 'the operation before the gap, sent alone,')
}

/** No other request comes between the answer and the restart. */
async function checkDurable(line: Line): Promise<void> {
  const desk = await openDesk(line)
  const caseId = await desk.report()
  const { opId } = await desk.take(caseId, 'remark')
  const after = await openDesk(line, await line.restart(), desk.begin)
  must((await stepsOf(after, caseId)).includes(opId), 'an operation that was answered is gone after a restart')
}

async function checkOnce(line: Line): Promise<void> {
  const desk = await openDesk(line)
  const caseId = await desk.report()
  const remark = desk.operation(caseId, 'remark')
  const refused = desk.operation(caseId, 'close')
  const first = await desk.results(remark, refused)
  must(first[0]?.status === 'applied' && first[1]?.status === 'refused', `answered ${brief(first)}`)
  const again = await desk.results(remark, refused)
  must(JSON.stringify(again) === JSON.stringify(first), `answered ${brief(again)} the second time`)
  // A workstation that lost its database sends what it rescued under new numbers.
  const renamed = await openDesk(line)
  const rescued = [remark, refused].map((one, index) => ({ ...one, clientSeq: index + 1 }))
  const later = await renamed.results(...rescued)
  must(JSON.stringify(later) === JSON.stringify(first), `answered ${brief(later)} to another clientId`)
  const changes = (await desk.changesOf(caseId)).filter(({ put }) => put.steps.some(({ id }) => id === remark.opId))
  must(changes.length === 1, `an operation that was sent three times is in ${changes.length} changes`)
}

async function checkOnceAfterRestart(line: Line): Promise<void> {
  const desk = await openDesk(line)
  const caseId = await desk.report()
  const remark = await desk.take(caseId, 'remark')
  await desk.wire.ask('link.ping', { sentAt: Date.now() })
  const wire = await line.restart()
  const after = await openDesk(line, wire, desk.begin)
  mustApply(await after.results({ ...remark, clientSeq: 1 }), 'the same operation after a restart')
  const changes = (await after.changesOf(caseId)).filter(({ put }) => put.steps.some(({ id }) => id === remark.opId))
  must(changes.length === 1, `an operation that was sent before and after is in ${changes.length} changes`)
}

async function checkNumbers(line: Line): Promise<void> {
  const desk = await openDesk(line)
  const caseId = await desk.report()
  const next = desk.operation(caseId, 'accept')
  const gap = { ...next, opId: randomUUID(), clientSeq: next.clientSeq + 1 }
  await mustBeFault(desk, 'out-of-order', [gap], 'a gap')
  mustApply(await desk.results(next), 'the next number')
  const taken = { ...next, opId: randomUUID(), kind: 'file' }
  await mustBeFault(desk, 'out-of-order', [taken], 'a number that was given to another operation')
}

async function checkFirstNumber(line: Line): Promise<void> {
  const desk = await openDesk(line)
  const caseId = await desk.report()
  const other = await openDesk(line)
  const fifth = { ...other.operation(caseId, 'accept'), clientSeq: 5 }
  const reply = await other.push([fifth])
  if (codeIn(reply) === 'ok') throw new NotSeen('the hub takes any first number, as after a loss of its state')
  must(codeIn(reply) === 'out-of-order', `a first number 5 was answered ${brief(reply)}`)
  mustApply(await other.results({ ...fifth, clientSeq: 1 }), 'a first number 1')
}

async function checkAnyBatches(line: Line): Promise<string> {
  const desk = await openDesk(line)
  const caseId = await desk.report()
  const kinds = ['remark', 'accept', 'remark', 'file', 'file', 'remark', 'close', 'remark'] as const
  const ops = kinds.map((kind) => desk.operation(caseId, kind))
  const answers = new Map<string, string>()
  let arrived = 0
  for (const [from, count] of [
    [0, 1],
    [0, 3],
    [2, 2],
    [1, 4],
    [0, 2],
    [4, 8],
    [0, 8],
  ] as const) {
    const start = Math.min(from, arrived)
    const batch = ops.slice(start, start + count)
    for (const { opId, status, why } of await desk.results(...batch)) {
      must((answers.get(opId) ?? status + why) === status + why, `${opId} was answered in two ways`)
      answers.set(opId, status + why)
    }
    arrived = Math.max(arrived, start + batch.length)
  }
  const steps = await stepsOf(desk, caseId)
  const applied = ops.filter(({ opId }) => answers.get(opId) === 'applied').map(({ opId }) => opId)
  must(
    steps.slice(1).join() === applied.join(),
    `applied were ${applied.length} steps, the feed holds ${steps.length - 1}`,
  )
  return `${ops.length} operations in 7 overlapping batches`
}

export const operationRules: readonly Rule[] = [
  rule('R-80', 'what is no batch is malformed; 100 operations are one', ['person'], checkBatch),
  rule('R-81', 'a result for each operation, in their order, final', ['person'], checkResults),
  rule('R-82', 'a batch is one transaction', ['person'], checkTransaction),
  rule('R-82', 'a batch is durable before it is answered', ['person', 'restart'], checkDurable),
  rule('R-83', 'an operation is done once, and answered the same for ever', ['person'], checkOnce),
  rule('R-83', 'however the batches overlap', ['person'], checkAnyBatches),
  rule('R-83', 'also after a restart', ['person', 'restart'], checkOnceAfterRestart),
  rule('R-84', 'numbers have no gaps and are given once', ['person'], checkNumbers),
  rule('R-85', 'an unknown clientId begins with 1', ['person'], checkFirstNumber),
  unseen('R-86', 'a workstation also sends what it no longer believes in', 'it is about workstations'),
  unseen(
    'R-87',
    'a workstation with an empty database uses a new clientId',
    'it is about workstations; the hub’s part is R-83',
  ),
  ...decisionRules,
]
