/** Two real consoles at one district: what both did arrives once, who was slower reads why, and nothing gets stuck. */
import { expect, it } from 'vitest'
import type { Operator } from '../../../native/contract/case.ts'
import type { StepKind } from '../../../native/contract/vocabulary.ts'
import { noInput } from '../../district/traffic/step.ts'
import { openConsole, openDistrict } from '../hub/console-parts.ts'
import { eventually, temporaryFolder } from '../support.ts'

const assignee = { kind: 'station' as const, id: '110112104201', name: '小堡村网格工作站' }
const input = { ...noInput, remark: '情况属实', assignee }

it('works while the hub is away, and settles when it is back', { timeout: 30_000 }, async () => {
  const district = await openDistrict()
  const { subCenter } = district
  const [person] = district.accounts
  const operator: Operator = {
    ...{ id: person?.id ?? '', account: person?.account ?? '', name: person?.name ?? '', role: 'operator' },
    ...{ subCenter, subCenterName: '宋庄镇' },
  }
  const shared = district.reportFromField()
  const own = district.reportFromField()
  const consoles = [1, 2].map(() => openConsole(district.configFile, temporaryFolder()))
  const [first, second] = consoles as [ReturnType<typeof openConsole>, ReturnType<typeof openConsole>]
  for (const one of consoles) await eventually(() => one.cases.head(shared.id) && one.cases.head(own.id))
  await district.stopHub()

  const take = (at: typeof first, id: string, ...kinds: StepKind[]) => {
    for (const kind of kinds) at.ownSteps.take(operator, id, kind, input)
  }
  take(first, shared.id, 'accept', 'file', 'dispatch')
  take(second, shared.id, 'reject')
  take(second, own.id, 'accept', 'file', 'dispatch')
  await district.startHub()

  const idle = (one: typeof first) => one.outbox.counts().waiting === 0 && one.outbox.nextBatch(1, 1).length === 0
  await eventually(() => consoles.every(idle))
  const stateAtHub = (id: string) => district.hub.present.findCase(subCenter, id)?.head.state
  expect(stateAtHub(own.id)).toBe('dispatched')
  const state = stateAtHub(shared.id)
  expect(['dispatched', 'rejected']).toContain(state)
  await eventually(() => consoles.every((one) => one.cases.head(shared.id)?.state === state))
  const parked = consoles.flatMap((one) => one.cases.file(shared.id, 'operator')?.parked ?? [])
  expect(parked).toHaveLength(state === 'rejected' ? 3 : 1)

  // What was parked does not hold up what comes after.
  district.resolveCase(own.id)
  await eventually(() => first.cases.head(own.id)?.state === 'resolved')
  take(first, own.id, 'check-pass')
  take(second, own.id, 'remark')
  await eventually(() => consoles.every(idle))
  await eventually(() => second.cases.head(own.id)?.state === 'checked')
})
