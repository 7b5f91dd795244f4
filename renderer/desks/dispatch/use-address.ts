/** What the dispatch desk shows, as its address says: the view of the queue, how it is ordered, what is looked for in it, and the case that is open. */
import { computed } from 'vue'
import { useRoute, useRouter } from 'vue-router'
import type { QueueView } from '../../../native/contract/case.ts'
import { maxSearchText } from '../../../native/contract/search.ts'
import type { QueueOrder } from '../../stores/queue.ts'
import { groupingOf, sortOf, viewOf } from './views.ts'

export function useAddress() {
  const route = useRoute()
  const router = useRouter()
  const openId = computed(() => (typeof route.params['caseId'] === 'string' && route.params['caseId']) || null)
  const view = computed<QueueView>(() => viewOf(route.query['view']))
  const text = computed(() =>
    typeof route.query['text'] === 'string' ? route.query['text'].slice(0, maxSearchText) : '',
  )

  const order = computed<QueueOrder>(() => {
    return { group: groupingOf(route.query['group']), sort: sortOf(route.query['sort']) }
  })

  function show(to: { caseId?: string | null; view?: QueueView; text?: string } & Partial<QueueOrder>): void {
    const { caseId = openId.value, view: shown = view.value, text: sought = text.value } = to
    const { group, sort } = { ...order.value, ...to }
    // What else stands in the address, a filter or a layer of the map, stays.
    const query = {
      ...{ ...route.query, view: shown, text: sought || undefined },
      group: group === 'none' ? undefined : group,
      sort: sort === 'due' ? undefined : sort,
    }
    void router.replace({ name: 'dispatch', params: { caseId: caseId ?? '' }, query })
  }
  return { openId, view, text, order, show }
}
