/** What many tests need: a folder that goes away, a log that says nothing, a case as the hub would send it. */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import pino from 'pino'
import { onTestFinished } from 'vitest'
import type { CaseHead, CaseStep, QueueRow, StepInput } from '../../native/contract/case.ts'
import type { Put } from '../../native/hub/protocol.ts'

export const silent = pino({ level: 'silent' })

/** Removed when the test has finished. */
export function temporaryFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'subcenter-'))
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }))
  return folder
}

/** Resolves as soon as `read` answers something; the test's own time limit ends a wait in vain. */
export async function eventually<T>(read: () => T | null | undefined | false): Promise<T> {
  for (;;) {
    const value = read()
    if (value) return value
    await new Promise((resolve) => setTimeout(resolve, 5))
  }
}

export const monday = Date.UTC(2026, 10, 23, 1, 0, 0)

export function sampleHead(changes: Partial<CaseHead> = {}): CaseHead {
  return {
    id: 'case-1',
    number: 'TZ-2026-1123-0001',
    subCenter: 'SZ',
    classCode: 'S0101',
    channel: 'field-handset',
    state: 'reported',
    urgency: 'normal',
    description: '垃圾桶满溢,周边有散落垃圾',
    place: '宋庄村北口',
    longitude: 116.72,
    latitude: 39.95,
    gridCode: 'SZ-0817',
    stationCode: 'SZ-12',
    reportedAt: monday,
    reporter: { name: '王小明', phone: '13812345678', account: '' },
    limit: { startedAt: monday, dueAt: monday + 3_600_000, stoppedAt: null, kind: 'urgent-hours' },
    assignee: null,
    supervised: false,
    origin: null,
    request: null,
    duplicateOf: null,
    returns: 0,
    failedChecks: 0,
    callBack: null,
    version: 1,
    ...changes,
  }
}

export function sampleStep(changes: Partial<CaseStep> = {}): CaseStep {
  return {
    id: 'step-1',
    caseId: 'case-1',
    kind: 'report',
    from: null,
    to: 'reported',
    actor: { id: 'person-1', name: '李四', role: 'grid-member' },
    actorAt: monday,
    hubAt: monday,
    remark: '',
    evidence: [],
    ...changes,
  }
}

export function sampleInput(changes: Partial<StepInput> = {}): StepInput {
  return {
    ...{ remark: '', assignee: null, duplicateOf: null, duration: null, dueAt: null, evidence: [], callBack: null },
    ...changes,
  }
}

export function casePut(changes: Partial<CaseHead> = {}, steps: CaseStep[] = []): Put {
  return { kind: 'case', case: sampleHead(changes), steps }
}

/** A row of the queue as native reads it. */
export function sampleRow(changes: Partial<QueueRow> = {}): QueueRow {
  return {
    ...{ id: 'case-1', number: 'SZ2026112300001', classCode: 'S0101', className: null, place: '', channel: 'wechat' },
    ...{ state: 'reported', urgency: 'normal', supervised: false, reportedAt: monday, limit: null, version: 1 },
    ...{ assigneeName: null, isReturned: false, isCallBackDue: false, pending: 0, parked: 0 },
    ...changes,
  }
}
