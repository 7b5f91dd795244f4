/** A walk as it travels to other workstations: small enough for a document, and known by its own id. */
import { z } from 'zod'
import { identifier } from '../contract/case.ts'
import { mostStops, type PatrolWalk, patrolWalk, walkedStop } from '../contract/patrol.ts'
import { bodyBytes, mostBodyBytes } from '../documents/document.ts'

const sharedWalk = patrolWalk.extend({
  /** The document's. Another one is a copy that was set apart, and counts for nothing. */
  id: identifier,
  /** Who said it is said once: it is one person's walk. */
  done: z.array(walkedStop.omit({ by: true })).max(mostStops),
})
export type SharedWalk = z.infer<typeof sharedWalk>

export const walkKind = { kind: 'patrol-walk', body: sharedWalk }

/** Whole where it fits into a document; else words are cut short, the same for all stops. This workstation keeps them whole. */
export function shareOf(id: string, whole: PatrolWalk): SharedWalk {
  const walk = patrolWalk.parse(whole)
  for (let most = 200; ; most = Math.floor(most / 2)) {
    const done = walk.done.map(({ by: _, ...stop }) => ({
      ...stop,
      why: beginning(stop.why, most),
      reason: beginning(stop.reason, most),
    }))
    const body = { ...walk, id, done }
    if (most === 0 || bodyBytes(body) <= mostBodyBytes) return body
  }
}

/** Null: the copy of a walk. */
export function walkOf(documentId: string, { id, ...body }: SharedWalk): PatrolWalk | null {
  if (id !== documentId) return null
  return { ...body, done: body.done.map((stop) => ({ ...stop, by: body.by })) }
}

/** At most so many UTF-16 units, whole characters. */
function beginning(text: string, most: number): string {
  if (text.length <= most) return text
  let kept = ''
  for (const character of text) {
    if (kept.length + character.length > most) break
    kept += character
  }
  return kept
}
