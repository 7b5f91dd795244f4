/** What a put is about, and what the present state becomes when it is applied. */

import type { SharedDocument } from '../../../native/documents/document.ts'
import { documentKey } from './documents.ts'
import { type CaseState, endedStates } from '../../../native/contract/vocabulary.ts'

type Loose = Record<string, unknown>

/** Rank first: a snapshot lists the calendar, grids, units, classes, cameras, then cases. Null for what is not an item at all. */
export function itemKey(put: unknown): string | null {
  const {
    kind,
    case: caseHead,
    camera,
    class: caseClass,
    grid,
    unit,
    instruction,
    document,
  } = (put ?? {}) as Record<string, Loose | undefined>
  const named = (rank: number, id: unknown) => (typeof id === 'string' && id ? `${rank}/${id}` : null)
  switch (kind as unknown) {
    case 'class':
      return named(0, caseClass?.['code'])
    case 'camera':
      return named(1, camera?.['id'])
    case 'case':
      return named(2, caseHead?.['id'])
    case 'calendar':
      return '0-calendar'
    case 'grid':
      return typeof grid?.['code'] === 'string' ? `0-grid/${grid['code']}` : null
    case 'unit':
      return typeof unit?.['id'] === 'string' ? `0-unit/${unit['id']}` : null
    case 'instruction':
      return typeof instruction?.['id'] === 'string' ? `0-instruction/${instruction['id']}` : null
    case 'document':
      return typeof document?.['id'] === 'string' ? documentKey(document as unknown as SharedDocument) : null
    default:
      return null
  }
}

export function isRemoval(put: unknown): boolean {
  const { kind, removed, document } = (put ?? {}) as Loose
  if (kind === 'document') return (document as SharedDocument | undefined)?.body === null
  return (kind === 'camera' || kind === 'grid' || kind === 'unit') && removed === true
}

/** A case of which something is still expected. */
export function isOpenCase(put: unknown): boolean {
  const { kind, case: caseHead } = put as { kind?: unknown; case?: Loose }
  return kind === 'case' && !endedStates.includes(caseHead?.['state'] as CaseState)
}

/** A change of a case brings its new steps; the item keeps all of them, in the order in which they came. */
export function mergeItem(before: unknown, put: unknown): unknown {
  const earlier = (before as Loose | null)?.['steps']
  const later = (put as Loose)['steps']
  if (!Array.isArray(earlier) || !Array.isArray(later)) return put
  const known = new Set(earlier.map((step: Loose) => step['id']))
  return { ...(put as Loose), steps: [...earlier, ...later.filter((step: Loose) => !known.has(step['id']))] }
}
