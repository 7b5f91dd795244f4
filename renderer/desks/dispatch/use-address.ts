/** What the dispatch desk shows, as its address says: the view of the queue and the case that is open. */
import { computed } from 'vue'
import { useRoute, useRouter } from 'vue-router'
import type { QueueView } from '../../../native/contract/case.ts'
import { viewOf } from './views.ts'

export function useAddress() {
  const route = useRoute()
  const router = useRouter()
  const openId = computed(() => (typeof route.params['caseId'] === 'string' && route.params['caseId']) || null)
  const view = computed<QueueView>(() => viewOf(route.query['view']))

  function show(to: { caseId?: string | null; view?: QueueView }): void {
    const { caseId = openId.value, view: shown = view.value } = to
    // What else stands in the address, a filter or a layer of the map, stays.
    const query = { ...route.query, view: shown }
    void router.replace({ name: 'dispatch', params: { caseId: caseId ?? '' }, query })
  }
  return { openId, view, show }
}
