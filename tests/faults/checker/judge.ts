/** Judges a run: what the operators were told, against what lies in the hub and in the consoles. Values in, findings out. */
import { isDeepStrictEqual } from 'node:util'
import type { Operation, RunRecord } from '../record.ts'
import { type ConsoleState, isSettled } from './console-state.ts'
import type { HubState } from './hub-state.ts'

/**
 * `lost`: it was acknowledged, and is neither in the hub nor in front of a person. `doubled`: it was done twice, or is done
 * and offered to be done again. `silent`: something else happened than the operator was told. `diverged`: two that
 * should hold the same do not, or a sequence has a gap, or an order is another one.
 */
export interface Finding {
  kind: 'lost' | 'doubled' | 'silent' | 'diverged'
  what: string
}

export function judge(record: RunRecord, hub: HubState, consoles: readonly ConsoleState[]): Finding[] {
  return [
    ...record.operations.flatMap((operation) => judgeOperation(operation, hub, consoles[operation.console])),
    ...judgeOrder(record, hub),
    ...judgeField(record, hub),
    ...judgeLog(hub),
    ...consoles.flatMap((state, index) => judgeReplica(`console ${index}`, state, hub)),
  ]
}

function judgeOperation(operation: Operation, hub: HubState, state: ConsoleState | undefined): Finding[] {
  const { marker, kind, outcome, code } = operation
  const name = `${marker} (${kind} at console ${operation.console})`
  const done = hub.steps.filter((step) => step.marker === marker)
  const queued = state?.outbox.filter((row) => row.marker === marker) ?? []
  const shown = queued.filter((row) => row.state === 'parked' && row.why)
  if (done.length > 1) return [{ kind: 'doubled', what: `${name} is in the hub ${done.length} times` }]
  if (outcome === 'refused') {
    if (done.length + queued.length === 0) return []
    return [{ kind: 'silent', what: `${name} was refused as ${code}, and yet it was taken` }]
  }
  if (queued.length > 1) return [{ kind: 'doubled', what: `${name} waits ${queued.length} times` }]
  if (done.length === 1 && shown.length > 0)
    return [{ kind: 'silent', what: `${name} is done, but its operator is told: ${shown[0]?.why}` }]
  if (done.length === 1 && operation.putAway === 'said by the hub')
    return [{ kind: 'silent', what: `${name} was shown as refused and put away, and yet it was done` }]
  if (done.length === 1 || shown.length === 1 || operation.putAway || operation.disk === 'gone') return []
  if (queued.length === 1) return [{ kind: 'lost', what: `${name} is still ${queued[0]?.state}` }]
  if (outcome === 'unanswered') return []
  return [{ kind: 'lost', what: `${name} was acknowledged, and is neither in the hub nor shown to anybody` }]
}

/** What one operator did on one case stands in the hub in the order in which they did it. */
function judgeOrder({ operations }: RunRecord, hub: HubState): Finding[] {
  const place = new Map(hub.steps.map(({ marker }, index) => [marker, index]))
  const last = new Map<string, { index: number; marker: string }>()
  const findings: Finding[] = []
  for (const { marker, console, caseId, outcome } of operations) {
    const index = place.get(marker)
    if (index === undefined || outcome === 'refused') continue
    const key = `${console} ${caseId}`
    const before = last.get(key)
    if (before && before.index > index)
      findings.push({
        kind: 'diverged',
        what: `on ${caseId}, ${marker} stands before ${before.marker}, which came first`,
      })
    last.set(key, { index, marker })
  }
  return findings
}

function judgeField({ field }: RunRecord, hub: HubState): Finding[] {
  return field.flatMap(({ marker, caseId, isForgettable }): Finding[] => {
    const count = hub.steps.filter((step) => step.marker === marker).length
    if (count === 1 || (count === 0 && isForgettable)) return []
    return [{ kind: count === 0 ? 'lost' : 'doubled', what: `${marker} of the field on ${caseId}: ${count} times` }]
  })
}

/** The log has no gap and no repetition, versions grow, and the present state is what it adds up to. */
function judgeLog(hub: HubState): Finding[] {
  const findings: Finding[] = []
  const seen = new Set<string>()
  const versions = new Map<string, number>()
  let expected = hub.compacted + 1
  for (const { seq, caseId, version, stepIds } of hub.sequences) {
    if (seq !== expected)
      findings.push({ kind: 'diverged', what: `the log goes on with ${seq} instead of ${expected}` })
    expected = seq + 1
    for (const id of stepIds) {
      if (seen.has(id)) findings.push({ kind: 'doubled', what: `step ${id} is in the log twice, again at ${seq}` })
      seen.add(id)
    }
    if (caseId === null || version === null) continue
    if (version <= (versions.get(caseId) ?? 0))
      findings.push({ kind: 'diverged', what: `${caseId} has version ${version} again at ${seq}` })
    versions.set(caseId, version)
  }
  if (hub.head !== expected - 1)
    findings.push({ kind: 'diverged', what: `the head is ${hub.head}, the log ends with ${expected - 1}` })
  for (const [id, version] of versions)
    if (hub.cases.get(id)?.head['version'] !== version)
      findings.push({ kind: 'diverged', what: `${id}: the present state is not the log's version ${version}` })
  return [...findings, ...judgeNumbers(hub)]
}

/** No number of a client was given to two operations. */
function judgeNumbers({ answers }: HubState): Finding[] {
  const given = Map.groupBy(answers.values(), ({ clientId, clientSeq }) => `${clientSeq} of client ${clientId}`)
  return [...given]
    .filter(([, operations]) => operations.length > 1)
    .map(([number]): Finding => ({ kind: 'diverged', what: `number ${number} was given to two operations` }))
}

/** A console holds what the hub holds, beside what waits in front of a person. */
function judgeReplica(name: string, state: ConsoleState, hub: HubState): Finding[] {
  const findings: Finding[] = []
  const differ = (what: string) => void findings.push({ kind: 'diverged', what: `${name}: ${what}` })
  if (state.epoch !== hub.epoch) differ(`its epoch is ${state.epoch}, the hub's ${hub.epoch}`)
  if (state.cursor !== hub.head) differ(`its cursor is ${state.cursor}, the hub's head ${hub.head}`)
  if (state.setAside > 0) differ(`${state.setAside} changes were set aside`)
  const unsettled = state.outbox.filter((row) => !isSettled(row.state))
  for (const { marker, state: now } of unsettled) differ(`${marker} is still ${now}`)
  for (const [id, { head, steps }] of hub.cases) {
    const here = state.cases.get(id)
    if (!here) {
      differ(`${id} is not there`)
      continue
    }
    if (here.pending !== 0) differ(`${id} shows ${here.pending} pending steps`)
    const parked = state.outbox.filter((row) => row.caseId === id && row.state === 'parked').length
    if (here.parked !== parked) differ(`${id} shows ${here.parked} parked steps of ${parked}`)
    if (!isDeepStrictEqual(here.head, head)) differ(`${id} is ${difference(here.head, head)}`)
    const own = state.steps.get(id) ?? new Map<string, Record<string, unknown>>()
    for (const step of steps)
      if (!isDeepStrictEqual(own.get(step.id), step.body)) differ(`${id}: step ${step.id} is not the hub's`)
    const known = new Set(steps.map((step) => step.id))
    for (const id_ of own.keys()) if (!known.has(id_)) differ(`${id}: step ${id_} is unknown to the hub`)
  }
  for (const [id, { parked }] of state.cases)
    if (!hub.cases.has(id) && parked === 0) differ(`${id} is unknown to the hub, and nothing of it waits for a person`)
  return findings
}

function difference(here: Record<string, unknown>, there: Record<string, unknown>): string {
  const names = new Set([...Object.keys(here), ...Object.keys(there)])
  return [...names]
    .filter((name) => !isDeepStrictEqual(here[name], there[name]))
    .map((name) => `${name} ${JSON.stringify(here[name])}, at the hub ${JSON.stringify(there[name])}`)
    .join('; ')
}
