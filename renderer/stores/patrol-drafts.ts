/** Routes that are being planned and not saved yet: an alarm or another desk between does not cost the work. */
import { defineStore } from 'pinia'
import { computed, shallowReactive } from 'vue'
import type { PatrolRoute, PatrolStop } from '../../native/contract/patrol.ts'
import { useSessionStore } from './session.ts'

export type PatrolTime = PatrolRoute['times'][number]

export interface RouteDraft {
  id: string
  name: string
  isShared: boolean
  stops: readonly PatrolStop[]
  times: readonly PatrolTime[]
  /** The revision that it was made from; 0: a new route. */
  base: number
}

export interface HeldDraft {
  draft: RouteDraft
  /** How it was before each change, the latest last. */
  past: readonly RouteDraft[]
  /** What the latest change was: typing in one field is one change. */
  label: string
}

export const usePatrolDraftsStore = defineStore('patrol-drafts', () => {
  const session = useSessionStore()
  const all = shallowReactive(new Map<string, HeldDraft & { owner: string }>())
  const owner = () => session.operator?.id ?? ''
  const keyOf = (id: string) => `${owner()} ${id}`

  return {
    /** Of whoever sits here. */
    ids: computed(() => new Set([...all.values()].flatMap((held) => (held.owner === owner() ? [held.draft.id] : [])))),
    get: (id: string): HeldDraft | undefined => all.get(keyOf(id)),
    set: (held: HeldDraft): void => void all.set(keyOf(held.draft.id), { ...held, owner: owner() }),
    drop: (id: string): void => void all.delete(keyOf(id)),
  }
})
