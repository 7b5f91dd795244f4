/** Tells the sub-center's other workstations what is open and taken on here. Never in the way: without the hub nothing is told. */
import { onScopeDispose, type Ref, ref, watch } from 'vue'
import { faultWords, readFault } from '../../link/faults.ts'
import { useCaseWorkStore } from '../../stores/case-work.ts'
import { usePresenceStore } from '../../stores/presence.ts'
import { useSessionStore } from '../../stores/session.ts'

export interface CaseClaim {
  /** Key of the words for why it could not be taken on or given up; null when it could. */
  trouble: Ref<string | null>
  /** Takes the open case on, or gives it up; a leader takes it over. */
  toggle(): void
}

export function usePresence(openId: Ref<string | null>): CaseClaim {
  const presence = usePresenceStore()
  const work = useCaseWorkStore()
  const session = useSessionStore()
  const trouble = ref<string | null>(null)
  const silently = (telling: Promise<void>) => void telling.catch(() => undefined)
  /** The case that a step that is being filled in has taken on, and that nobody took on by hand before. */
  let passing: string | null = null

  function endPassing(): void {
    if (passing !== null) silently(presence.release(passing))
    passing = null
  }

  presence.open()
  watch(openId, (caseId) => silently(presence.look(caseId)), { immediate: true })
  watch(openId, () => (trouble.value = null))
  // Whoever fills in a step works on the case: the others see it before it is done.
  watch(
    () => (work.draft?.caseIds.length === 1 ? work.draft.caseIds[0] : undefined),
    (caseId) => {
      endPassing()
      if (caseId === undefined || !presence.isKnown || presence.claimOf(caseId)) return
      passing = caseId
      silently(presence.claim(caseId))
    },
  )
  onScopeDispose(() => {
    endPassing()
    silently(presence.look(null))
    presence.close()
  })

  async function toggle(): Promise<void> {
    const caseId = openId.value
    if (caseId === null) return
    const claim = presence.claimOf(caseId)
    passing = null
    trouble.value = null
    try {
      if (claim && presence.isOwn(claim)) await presence.release(caseId)
      else await presence.claim(caseId, claim !== undefined && session.operator?.role !== 'operator')
    } catch (thrown) {
      trouble.value = faultWords(readFault(thrown))
    }
  }
  return { trouble, toggle: () => void toggle() }
}
