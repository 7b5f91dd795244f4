/** The operators before the consoles: look, act, and write down what they were told. */
import type { CaseFile, NewCase, StepField, StepInput, StepOffer } from '../../native/contract/case.ts'
import { HostRefusal } from './hosts/host-process.ts'
import type { Operation } from './record.ts'
import type { StagedConsole } from './stage.ts'
import { accounts } from './template.ts'

export interface Operators {
  /** In the order in which they were taken. */
  record: Operation[]
  /** Signs in where nobody is; false when that was not possible now. */
  signIn(console: StagedConsole): Promise<boolean>
  takeStep(console: StagedConsole, caseId: string, choice: { pick: number; isStale: boolean }): Promise<void>
  report(console: StagedConsole): Promise<void>
  /** Reads why the first refused step of the case was refused, and puts it away. */
  dismiss(console: StagedConsole, caseId: string): Promise<void>
}

const station = { kind: 'station', id: '110112104201', name: '小堡村网格工作站' } as const

/** `caseIds` are the cases that are talked about; reported ones join them. */
export function createOperators(caseIds: string[]): Operators {
  const record: Operation[] = []
  const lastLook = new Map<string, StepOffer[]>()

  function begin(console: StagedConsole, caseId: string | null, kind: string): Operation {
    const operation: Operation = {
      ...{ marker: `第${record.length + 1}步`, console: console.index, caseId, kind },
      ...{ outcome: 'unanswered', code: null, putAway: null, disk: 'good' },
    }
    record.push(operation)
    return operation
  }

  /** Keeps what the console said; an answer that never came stays unanswered. */
  async function told<T>(operation: Operation, answer: Promise<T>): Promise<T | null> {
    try {
      const output = await answer
      operation.outcome = 'acknowledged'
      return output
    } catch (error) {
      if (!(error instanceof HostRefusal)) throw error
      operation.code = error.code
      if (error.code !== 'died') operation.outcome = 'refused'
      return null
    }
  }

  const readFile = (console: StagedConsole, caseId: string) =>
    console.host?.ask<CaseFile | null>('read', { path: 'cases.file', input: { caseId } }).catch(expected)

  return {
    record,
    async signIn({ host, index }) {
      const answer = await host?.ask('call', { path: 'session.signIn', input: accounts[index] }).catch(expected)
      return Boolean(answer)
    },
    async takeStep(console, caseId, { pick, isStale }) {
      const known = `${console.index} ${caseId}`
      const seen = lastLook.get(known)
      // Where a case cannot be opened, the operator goes by what they saw last.
      const offers = (isStale && seen) || ((await readFile(console, caseId))?.offers ?? seen ?? [])
      lastLook.set(known, offers)
      const possible = offers.filter(({ blocked }) => blocked === null)
      const offer = possible[pick % possible.length]
      if (!offer || !console.host) return
      const operation = begin(console, caseId, offer.kind)
      const other = caseIds.find((id) => id !== caseId) ?? null
      const input = inputFor(offer.needs, operation.marker, other)
      await told(
        operation,
        console.host.ask('call', { path: 'cases.step', input: { caseId, kind: offer.kind, input } }),
      )
    },
    async report(console) {
      if (!console.host) return
      const operation = begin(console, null, 'report')
      const input: NewCase = {
        ...{ classCode: 'S0101', urgency: 'normal', description: operation.marker, place: '小堡村北口' },
        ...{ longitude: 116.7, latitude: 39.9, gridCode: '110112104001', stationCode: '110112104001' },
        ...{ reporter: null, evidence: [] },
      }
      const answer = console.host.ask<{ caseId: string }>('call', { path: 'cases.report', input })
      operation.caseId = (await told(operation, answer))?.caseId ?? null
      if (operation.caseId) caseIds.push(operation.caseId)
    },
    async dismiss(console, caseId) {
      const parked = (await readFile(console, caseId))?.parked.find(({ why }) => why !== '')
      const operation = record.find(({ marker }) => marker === parked?.remark)
      if (!parked || !operation || !console.host) return
      const input = { caseId, stepId: parked.id }
      const code = await console.host.ask('call', { path: 'cases.dismiss', input }).then(
        () => null,
        (error: HostRefusal) => error.code,
      )
      // Killed before it answered: it may have been put away, and its reason was read.
      if (code === null || code === 'died')
        operation.putAway = parked.why.startsWith('{') ? 'foreseen' : 'said by the hub'
    },
  }
}

/** What is refused or killed here is not judged: nothing was done by it. */
function expected(error: unknown): null {
  if (error instanceof HostRefusal && error.code !== 'late' && error.code !== 'unexpected') return null
  throw error
}

function inputFor(needs: readonly StepField[], remark: string, duplicateOf: string | null): StepInput {
  const has = (field: StepField) => needs.includes(field)
  return {
    remark,
    assignee: has('assignee') ? station : null,
    duplicateOf: has('duplicateOf') ? duplicateOf : null,
    duration: has('duration') ? { kind: 'urgent-hours', amount: 2 } : null,
    dueAt: null,
    evidence: [],
    callBack: has('callBack') ? { reached: true, solved: true, satisfied: true } : null,
  }
}
