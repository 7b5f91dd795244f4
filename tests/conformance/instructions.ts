/** Chapter 10: instructions. Refused ones reach nobody; one that is taken goes to real handsets and needs `--grid`. */
import { randomUUID } from 'node:crypto'
import { instruction as instructionShape } from '../../native/contract/instruction.ts'
import type { Line } from './line.ts'
import { brief, must, type Rule, rule, unseen } from './rule.ts'
import { changesAfter } from './tail.ts'
import { codeIn, type Reply } from './wire.ts'

async function sentBy(line: Line, changes: object = {}) {
  return {
    ...{ instructionId: randomUUID(), at: Date.now(), text: '协议检查,请忽略', caseId: null, by: await line.person() },
    ...{ to: { kind: 'grid', code: line.extras.grid ?? 'conformance-nowhere' } },
    ...changes,
  }
}
const messageOf = (reply: Reply) => String((reply['fault'] as Reply | undefined)?.['message'])

async function checkFinal(line: Line): Promise<void> {
  const wire = await line.connect()
  const person = await line.person()
  const cases: [code: string, changes: object][] = [
    ['forbidden', { by: { ...person, id: 'conformance-nobody' } }],
    ['unknown-recipient', { to: { kind: 'grid', code: 'conformance-nowhere' } }],
    ['unknown-recipient', { to: { kind: 'person', code: 'conformance-nobody' } }],
    ['malformed', { text: '' }],
    ['malformed', { text: '长'.repeat(1001) }],
    ['malformed', { to: { kind: 'everybody', code: 'x' } }],
  ]
  for (const [code, changes] of cases) {
    const to = { kind: 'grid', code: 'conformance-nowhere' }
    const reply = await wire.ask('instruction.send', await sentBy(line, { to, ...changes }))
    must(codeIn(reply) === code, `${brief(changes)} was answered ${brief(reply)}`)
    must(code === 'malformed' || /\p{Script=Han}/u.test(messageOf(reply)), `the message is ${brief(messageOf(reply))}`)
  }
}

async function sendTwice(line: Line): Promise<Reply[]> {
  const wire = await line.connect()
  const sent = await sentBy(line)
  for (let round = 0; round < 2; round += 1) {
    const reply = await wire.ask('instruction.send', sent)
    must(codeIn(reply) === 'ok', `time ${round + 1} was answered ${brief(reply)}`)
  }
  const changes = await changesAfter(wire, Number(wire.welcome['head']))
  const puts = changes.map(({ put }) => (put as { instruction?: Reply } | null)?.instruction)
  return puts.filter((one) => one?.['id'] === sent.instructionId) as Reply[]
}

export const instructionRules: readonly Rule[] = [
  rule('R-100', 'an instruction is taken once', ['person', 'grid'], async (line) => {
    const puts = await sendTwice(line)
    const untouched = puts.filter((put) => (put['recipients'] as Reply[]).every((one) => one['deliveredAt'] === null))
    must(
      puts.length >= 1 && untouched.length <= 1,
      `an instruction that was sent twice is in ${untouched.length} changes`,
    )
  }),
  rule('R-101', 'sender and recipient are checked; the message is Chinese', ['person'], checkFinal),
  rule('R-102', 'what is taken becomes a put of the feed', ['person', 'grid'], async (line) => {
    const parsed = instructionShape.safeParse((await sendTwice(line))[0])
    must(parsed.success, `the put was ${brief(parsed.error?.issues[0])}`)
    must(parsed.data.recipients.length > 0, 'an instruction to a grid has no recipients')
  }),
  unseen('R-103', 'a snapshot may leave out old instructions', 'it permits and demands nothing'),
]
