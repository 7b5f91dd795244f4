/** Into a walk: begins one, joins a run of others, or goes on with one's own; then opens it. */
import { ref } from 'vue'
import { useI18n } from 'vue-i18n'
import { useRouter } from 'vue-router'
import { faultWords, readFault } from '../../../link/faults.ts'
import { usePatrolStore } from '../../../stores/patrol.ts'
import type { WayIn } from './route-board.ts'

export function useWalking() {
  const { t } = useI18n()
  const router = useRouter()
  const patrol = usePatrolStore()
  /** Why it could not be; null: nothing was wrong. */
  const trouble = ref<string | null>(null)
  let isStarting = false

  async function walk(routeId: string, way: WayIn): Promise<void> {
    if (isStarting) return
    isStarting = true
    trouble.value = null
    try {
      const walkId =
        way.kind === 'go-on' ? way.walkId : (await patrol.start(routeId, way.kind === 'join' ? way.runId : null)).walkId
      await router.push(`/patrol/walk/${walkId}`)
    } catch (thrown) {
      trouble.value = t(faultWords(readFault(thrown)))
    }
    isStarting = false
  }
  return { walk, trouble }
}
