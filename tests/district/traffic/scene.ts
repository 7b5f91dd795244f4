/** Where lives are told: the people, the chances, and which earlier case of a class another one may repeat. */
import type { CaseHead } from '../../../native/contract/case.ts'
import type { Random } from '../random.ts'
import type { Cast } from './cast.ts'

export interface Scene {
  cast: Cast
  random: Random
  /** The id of an earlier case of the same class, or null. */
  earlierLike(head: Pick<CaseHead, 'id' | 'classCode'>): string | null
  remember(head: Pick<CaseHead, 'id' | 'classCode'>): void
}

export function createScene(cast: Cast, random: Random): Scene {
  const lastOfClass = new Map<string, string>()
  return {
    cast,
    random,
    earlierLike({ id, classCode }) {
      const earlier = lastOfClass.get(classCode)
      return earlier === undefined || earlier === id ? null : earlier
    },
    remember: ({ id, classCode }) => void lastOfClass.set(classCode, id),
  }
}
