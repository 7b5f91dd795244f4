/** The lines of the board as they stand: found, filtered, counted and in order; owner and state stand in the address. */
import { computed, ref } from 'vue'
import { useI18n } from 'vue-i18n'
import { useRoute, useRouter } from 'vue-router'
import { cameraOwners } from '../../../native/contract/vocabulary.ts'
import { useCameraHealthStore } from '../../stores/camera-health.ts'
import { useCamerasStore } from '../../stores/cameras.ts'
import {
  type BoardLine,
  boardOrders,
  boardStates,
  filterLines,
  findLines,
  inOrderOfNames,
  searchTexts,
  sortLines,
  totalsOf,
} from './board.ts'

export function useBoard() {
  const cameras = useCamerasStore()
  const health = useCameraHealthStore()
  const { locale } = useI18n()
  const text = ref('')
  const owner = useChoice('owner', cameraOwners)
  const state = useChoice('state', boardStates)
  const chosenOrder = useChoice('order', boardOrders)
  const order = computed({ get: () => chosenOrder.value ?? 'trouble', set: (next) => (chosenOrder.value = next) })

  const inOrder = computed(() => inOrderOfNames(cameras.rows, locale.value))
  const texts = computed(() => searchTexts(cameras.rows))
  const lines = computed(() =>
    inOrder.value.map((camera): BoardLine => ({ camera, health: health.byId.get(camera.id) ?? null })),
  )
  const filter = computed(() => ({ owner: owner.value, state: state.value }))
  const found = computed(() => findLines(lines.value, texts.value, text.value))
  return {
    ...{ text, owner, state, order },
    totals: computed(() => totalsOf(found.value, filter.value)),
    shown: computed(() => sortLines(filterLines(found.value, filter.value), order.value)),
    nextOrder: () => (order.value = boardOrders[(boardOrders.indexOf(order.value) + 1) % boardOrders.length]!),
    clear() {
      text.value = ''
      owner.value = null
      state.value = null
    },
  }
}

/** One of the words, kept in the address under this name; null: none of them. */
function useChoice<const T extends string>(name: string, words: readonly T[]) {
  const route = useRoute()
  const router = useRouter()
  return computed<T | null>({
    get: () => words.find((word) => word === route.query[name]) ?? null,
    set(word) {
      // What is undefined is left out of the address.
      void router.replace({ query: { ...router.currentRoute.value.query, [name]: word ?? undefined } })
    },
  })
}
