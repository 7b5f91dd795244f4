/** Instructions to the field: kept before they are sent, sent once, and followed to each handset. */
import { join } from 'node:path'
import { expect, test } from 'vitest'
import type { InstructionRow } from '../../native/contract/instruction.ts'
import { openDatabase } from '../../native/database/open.ts'
import { createInstructionStore } from '../../native/duty/instruction-store.ts'
import { openDutyConsole, stateOf } from './duty-console.ts'
import { monday, temporaryFolder } from './support.ts'

test('an instruction waits for the hub, arrives once, and says who received and who read it', async () => {
  const { district, client, signIn } = await openDutyConsole()
  const rows = (isMeant: (rows: InstructionRow[]) => boolean) =>
    stateOf((signal) => client.instructions.watch(undefined, { signal }), isMeant)
  await signIn('operator')
  const grid = district.geography.gridsOf(district.subCenter)[0]
  const offered = await (async () => {
    for (;;) {
      const found = await client.instructions.targets({ kind: 'grid', text: grid?.code ?? '' })
      if (found[0]) return found[0]
      await new Promise((resolve) => setTimeout(resolve, 10))
    }
  })()
  expect(offered).toMatchObject({ kind: 'grid', code: grid?.code })

  await district.stopHub()
  const to = { kind: offered.kind, code: offered.code }
  const what = { instructionId: 'i-1', to, text: '请到北口看一下井盖', caseId: null }
  await client.instructions.send(what)
  await client.instructions.send(what)
  expect(await rows(() => true)).toMatchObject([{ id: 'i-1', state: 'waiting', to: { name: offered.name } }])

  // Taken, but answered with a failure: the same one comes again and is taken once.
  const failure = { ok: false, fault: { code: 'internal', message: 'lost' } }
  let tries = 0
  await district.startHub({
    alterReply: (event, reply) => (event === 'instruction.send' && tries++ === 0 ? failure : reply),
  })
  const sent = await rows(([first]) => first?.state === 'sent' && first.recipients.length > 0)
  const everybody = 1 + (grid?.members.length ?? 0)
  expect(sent).toHaveLength(1)
  expect(sent[0]?.recipients).toHaveLength(everybody)
  expect(sent[0]?.recipients.every(({ deliveredAt, readAt }) => deliveredAt === null && readAt === null)).toBe(true)

  district.handsets.receive('i-1')
  district.handsets.open('i-1', grid?.leader.id)
  const [read] = await rows(([first]) => first?.recipients.some(({ readAt }) => readAt !== null) ?? false)
  expect(read?.recipients.filter(({ deliveredAt }) => deliveredAt !== null)).toHaveLength(everybody)
  expect(read?.recipients.filter(({ readAt }) => readAt !== null).map(({ id }) => id)).toEqual([grid?.leader.id])

  await client.instructions.send({ ...what, instructionId: 'i-2', to: { kind: 'person', code: 'nobody' } })
  const refused = await rows((all) => all.some(({ state }) => state === 'refused'))
  expect(refused.find(({ id }) => id === 'i-2')).toMatchObject({ state: 'refused', why: '没有这个人、工作站或网格' })
}, 30_000)

test('a snapshot removes what the hub no longer tells, and nothing that still waits here', () => {
  const database = openDatabase(join(temporaryFolder(), 'console.db'), 'ab'.repeat(32))
  const store = createInstructionStore(database)
  const by = { id: 'p-1', name: '王建国', role: 'operator' }
  const to = { kind: 'station' as const, code: 'SZ-12' }
  const told = { id: 'told', at: monday, by, to: { ...to, name: '疃里村' }, text: '到场', caseId: null, recipients: [] }
  store.put(told, 1)
  const mine = { instructionId: 'mine', by, at: monday + 1, to, text: '到场', caseId: null }
  expect([store.add(mine, '疃里村'), store.add(mine, '疃里村')]).toEqual([true, false])
  store.removeOtherGenerations(2)
  expect(store.list()).toMatchObject([{ id: 'mine', state: 'waiting' }])
  expect(store.nextWaiting()).toEqual(mine)
  store.put({ ...told, id: 'mine' }, 2)
  store.refuse('mine', 'late answer')
  expect(store.list()).toMatchObject([{ id: 'mine', state: 'sent', why: null }])
  expect(store.nextWaiting()).toBeNull()
  database.close()
})
