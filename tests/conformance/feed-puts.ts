/** Chapter 4, puts: what changes say about cases. */
import { put as putShape } from '../../native/hub/protocol.ts'
import { type CasePut, openDesk } from './desk.ts'
import type { Line } from './line.ts'
import { brief, must, NotSeen, type Rule, rule, unseen } from './rule.ts'

async function casePuts(line: Line): Promise<{ seq: number; put: CasePut }[]> {
  // A look at cases of the kit's own, where somebody may report them.
  if (await line.has('person')) await line.snapshot()
  const { changes } = (await line.has('person')) ? await line.snapshot() : await line.tail()
  const found = changes.filter(({ put }) => (put as CasePut | null)?.kind === 'case') as { seq: number; put: CasePut }[]
  if (found.length === 0) throw new NotSeen('no change of a case is kept')
  return found
}

async function checkHeads(line: Line): Promise<string> {
  const puts = await casePuts(line)
  const versions = new Map<string, number>()
  for (const { seq, put } of puts) {
    const parsed = putShape.safeParse(put)
    must(parsed.success, `change ${seq} is not a whole case: ${brief(parsed.error?.issues[0])}`)
    const before = versions.get(put.case.id) ?? 0
    must(put.case.version > before, `change ${seq}: version ${put.case.version} of ${put.case.id} after ${before}`)
    versions.set(put.case.id, put.case.version)
  }
  return `${puts.length} changes of ${versions.size} cases`
}

async function checkStepsKept(line: Line): Promise<string> {
  const known = new Map<string, string>()
  for (const { seq, put } of await casePuts(line)) {
    for (const step of put.steps) {
      const text = JSON.stringify(step)
      must((known.get(step.id) ?? text) === text, `change ${seq} alters the step ${step.id}`)
      known.set(step.id, text)
    }
  }
  return `${known.size} steps`
}

async function checkStepsComplete(line: Line): Promise<void> {
  const desk = await openDesk(line)
  const caseId = await desk.report()
  const taken = [await desk.take(caseId, 'accept'), await desk.take(caseId, 'file')]
  const steps = new Set((await desk.changesOf(caseId)).flatMap(({ put }) => put.steps.map(({ id }) => id)))
  const missing = taken.find(({ opId }) => !steps.has(opId))
  must(!missing, `the step ${missing?.kind} is in no change of its case`)
}

async function checkStepOrder(line: Line): Promise<void> {
  for (const { seq, put } of await casePuts(line)) {
    const last = put.steps.at(-1)
    must(
      !last || last.to === put.case.state,
      `change ${seq}: the last step goes to ${last?.to}, the head is ${put.case.state}`,
    )
    const chained = put.steps.every(({ from }, index) => index === 0 || from === put.steps[index - 1]?.to)
    must(chained, `change ${seq}: its steps do not follow one another`)
  }
}

export const putRules: readonly Rule[] = [
  rule('R-44', 'a case’s head is whole; its version grows', [], checkHeads),
  rule('R-45', 'a step is never altered or removed', [], checkStepsKept),
  rule('R-45', 'a change brings every step since the one before', ['person'], checkStepsComplete),
  rule('R-46', 'steps are in their order and end in the head’s state', [], checkStepOrder),
  rule('R-47', 'a change stays below 900,000 bytes', [], async (line) => {
    for (const { seq, put } of (await line.tail()).changes) {
      const bytes = Buffer.byteLength(JSON.stringify(put))
      must(bytes < 900_000, `change ${seq} has ${bytes} bytes`)
    }
  }),
  unseen('R-48', 'what cannot be understood is set aside', 'it is about workstations'),
]
