/** A case as it is taken down at the desk. Pure. */
import type { CaseClass, CaseFile, NewCase } from '../../../native/contract/case.ts'
import { bestMatches, initialsOf } from '../../parts/matching.ts'

export interface NewCaseDraft {
  classCode: string | null
  urgency: NewCase['urgency']
  place: string
  description: string
  caller: string
  phone: string
}

export const emptyNewCase: NewCaseDraft = {
  ...{ classCode: null, urgency: 'normal', place: '', description: '', caller: '', phone: '' },
}

/** 宋庄镇's middle: where a case is until somebody has said better. */
const somewhere = { longitude: 116.72, latitude: 39.95, gridCode: '' }

export type Whereabouts = Pick<CaseFile, 'longitude' | 'latitude' | 'gridCode'>

/** Null until it can be sent. */
export function newCaseOf(draft: NewCaseDraft, where: Whereabouts | null): NewCase | null {
  const { classCode, urgency } = draft
  const [place, description, name, phone] = [draft.place, draft.description, draft.caller, draft.phone].map((text) =>
    text.trim(),
  ) as [string, string, string, string]
  if (classCode === null || place === '' || description.length < 2) return null
  const { longitude, latitude, gridCode } = where ?? somewhere
  return {
    ...{ classCode, urgency, description, place, longitude, latitude, gridCode },
    reporter: name || phone ? { name, phone, account: '' } : null,
  }
}

/** Classes by code, words or initials; of two levels only the lower can be chosen. */
export function findClasses(classes: readonly CaseClass[], wanted: string, most: number): CaseClass[] {
  const lower = classes.filter(({ parent }) => parent !== null)
  return bestMatches(lower, wanted, ({ code, name }) => [name, initialsOf(name), code], most)
}
