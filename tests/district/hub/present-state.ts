/** Reads the present state for those who continue it: cases, the terms they are decided by, cameras, the last number given. */
import type { Terms } from '../../../native/cases/decide.ts'
import { usualCalendar, usualLimits } from '../../../native/cases/terms.ts'
import type { SharedCamera as Camera } from '../../../native/contract/camera.ts'
import type { CaseHead, CaseStep } from '../../../native/contract/case.ts'
import type { StageLimits } from '../../../native/contract/limits.ts'
import type { Unit } from '../../../native/contract/unit.ts'
import type { Put } from '../../../native/hub/protocol.ts'
import type { StateFile } from './state-file.ts'

export interface PresentState {
  /** Cases that are not over, with all their steps. */
  openCases(subCenter: string): { head: CaseHead; steps: CaseStep[] }[]
  /** A case with all its steps, or null. */
  findCase(subCenter: string, caseId: string): { head: CaseHead; steps: CaseStep[] } | null
  /** What was published of calendar and limits; the usual ones where nothing was. */
  termsOf(subCenter: string, classCode: string): Terms
  cameras(subCenter: string): Camera[]
  units(subCenter: string): Unit[]
  /** The greatest case id that begins like this, or null. */
  lastCaseId(subCenter: string, prefix: string): string | null
}

type CasePut = Put & { kind: 'case' }

const lifeOf = ({ case: head, steps }: CasePut) => ({ head: head as CaseHead, steps })

/** How a sub-center's item is found by its key. */
export type ReadItem = (subCenter: string, key: string) => Put | null

/** What decisions read of the present state, wherever its items are kept. */
export function createCaseReader(read: ReadItem): Pick<PresentState, 'findCase' | 'termsOf'> {
  function limitsOf(subCenter: string, classCode: string): StageLimits | null {
    const put = read(subCenter, `0/${classCode}`)
    return put?.kind === 'class' ? put.class.limits : null
  }
  return {
    findCase(subCenter, caseId) {
      const put = read(subCenter, `2/${caseId}`)
      return put?.kind === 'case' ? lifeOf(put) : null
    },
    termsOf(subCenter, classCode) {
      const put = read(subCenter, '0-calendar')
      const [own, upper] = classesOf(classCode)
      const limits = limitsOf(subCenter, own) ?? limitsOf(subCenter, upper)
      return { calendar: put?.kind === 'calendar' ? put.calendar : usualCalendar, limits: limits ?? usualLimits }
    },
  }
}

/** A class and the one above it: whose limits may count for a case of this class. */
export const classesOf = (classCode: string) => [classCode, classCode.slice(0, 3)] as const

export function createPresentState(file: StateFile): PresentState {
  const openItems = file.prepare<[string], { put: string }>('SELECT put FROM items WHERE sub_center = ? AND open = 1')
  const cameraItems = file.prepare<[string], { put: string }>(
    `SELECT put FROM items WHERE sub_center = ? AND item_key >= '1/' AND item_key < '2/'`,
  )
  const unitItems = file.prepare<[string], { put: string }>(
    `SELECT put FROM items WHERE sub_center = ? AND item_key >= '0-unit/' AND item_key < '0-unit0'`,
  )
  const last = file.prepare<[string, string, string], { item_key: string | null }>(
    'SELECT max(item_key) AS item_key FROM items WHERE sub_center = ? AND item_key >= ? AND item_key < ?',
  )
  const item = file
    .prepare<[string, string], string>('SELECT put FROM items WHERE sub_center = ? AND item_key = ?')
    .pluck()
  const read: ReadItem = (subCenter, key) => {
    const text = item.get(subCenter, key)
    return text === undefined ? null : (JSON.parse(text) as Put)
  }
  return {
    openCases: (subCenter) => openItems.all(subCenter).map(({ put }) => lifeOf(JSON.parse(put) as CasePut)),
    ...createCaseReader(read),
    cameras: (subCenter) => cameraItems.all(subCenter).map(({ put }) => (JSON.parse(put) as { camera: Camera }).camera),
    units: (subCenter) => unitItems.all(subCenter).map(({ put }) => (JSON.parse(put) as { unit: Unit }).unit),
    lastCaseId: (subCenter, prefix) =>
      last.get(subCenter, `2/${prefix}`, `2/${prefix}~`)?.item_key?.slice('2/'.length) ?? null,
  }
}
