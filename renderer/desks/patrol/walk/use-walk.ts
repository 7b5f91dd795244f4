/** One's own walk as it is walked on this screen: which stop is present, what comes next, what was said, and what could not be. */
import { useLocalStorage } from '@vueuse/core'
import { computed, onScopeDispose, ref, shallowRef, watch } from 'vue'
import type { PatrolStop, StopOutcome } from '../../../../native/contract/patrol.ts'
import { type Fault, readFault } from '../../../link/faults.ts'
import { usePatrolStore } from '../../../stores/patrol.ts'
import { usePatrolWalkStore } from '../../../stores/patrol-walk.ts'
import { useChangeHintsStore } from '../../../stores/change-hints.ts'
import { orderByChange } from '../change/order-by-change.ts'
import { countsOf, firstStop, neighbourOf, openAfter, othersOf, planOf } from './walk-plan.ts'
import { openPictures, stopsAhead } from './warm-up.ts'

export interface Saying {
  outcome: StopOutcome
  why?: string
  caseId?: string
}

export function useWalk(walkId: string) {
  const patrol = usePatrolStore()
  const native = usePatrolWalkStore()
  patrol.open()
  onScopeDispose(patrol.close)
  /** Where somebody stood who went away from it; native forgets it when the walk is paused. */
  const lastAt = useLocalStorage('console.patrol-at', { walkId: '', stopId: '' })
  const stops = shallowRef<readonly PatrolStop[] | null>(null)
  const presentId = ref<string | null>(null)
  const said = shallowRef<ReadonlyMap<string, StopOutcome>>(new Map())
  const fault = shallowRef<Fault | null>(null)
  const hints = useChangeHintsStore()
  const shown = shallowRef<ReadonlySet<string>>(new Set())

  // What the store held from before does not count: the walk may have been paused since.
  const isKnown = ref(false)
  watch(
    () => patrol.freshness,
    (is) => (isKnown.value ||= is === 'live'),
    { immediate: true },
  )
  const walk = computed(() => (isKnown.value ? (patrol.walksById.get(walkId) ?? null) : null))
  const plan = computed(() =>
    walk.value && stops.value ? planOf(stops.value, walk.value, patrol.walks, said.value) : [],
  )
  const present = computed(() => plan.value.find(({ stop }) => stop.id === presentId.value) ?? null)
  /** Open ones as they will be walked. A hint counts until the stop was shown. */
  const ahead = computed(() =>
    orderByChange(openAfter(plan.value, presentId.value), ({ stop: { id } }) =>
      shown.value.has(id) ? null : hints.hintOf(id),
    ),
  )
  const next = computed(() => ahead.value.slice(0, stopsAhead))
  const isWalking = computed(() => walk.value?.state === 'walking')
  const pictures = computed(() =>
    isWalking.value
      ? openPictures(
          present.value?.stop ?? null,
          next.value.map(({ stop }) => stop),
        )
      : [],
  )

  async function attempt(work: Promise<unknown>): Promise<boolean> {
    try {
      await work
      return true
    } catch (thrown) {
      fault.value = readFault(thrown)
      return false
    }
  }

  // The route as this walk follows it, which may not be the newest.
  watch(
    () => walk.value && [walk.value.routeId, walk.value.revision].join(' '),
    async (known) => {
      if (!known || !walk.value) return
      const { routeId, revision } = walk.value
      await attempt(
        patrol.revisions(routeId).then((all) => {
          const seen = all.find(({ body }) => body.revision === revision) ?? all[0]
          stops.value = seen?.body.stops ?? []
        }),
      )
    },
    { immediate: true },
  )
  // Begins, or goes on after a reload, where it was.
  watch(
    () => presentId.value === null && plan.value.length > 0,
    (isWaiting) => {
      if (!isWaiting || !walk.value) return
      const kept = lastAt.value.walkId === walkId ? lastAt.value.stopId : null
      const first = firstStop(plan.value, walk.value.at ?? kept)
      if (first !== null && walk.value.state !== 'ended') arrive(first)
    },
    { immediate: true },
  )
  // What came back need not be remembered here.
  watch(
    () => walk.value?.done,
    (done) => {
      const isBack = (stopId: string, outcome: StopOutcome) =>
        done?.some((word) => word.stopId === stopId && word.outcome === outcome)
      said.value = new Map([...said.value].filter(([stopId, outcome]) => !isBack(stopId, outcome)))
    },
  )

  function arrive(stopId: string): void {
    presentId.value = stopId
    shown.value = new Set(shown.value).add(stopId)
    lastAt.value = { walkId, stopId }
    if (isWalking.value) void attempt(native.arrive(walkId, stopId))
  }
  /** Null when nothing is left to go to. */
  function goOn(isOnward = false): string | null {
    const [first] = ahead.value
    if (!first) return null
    // Where hints change the order, an earlier stop may come later: it goes on until each was shown.
    const isBack = hints.isOn ? shown.value.has(first.stop.id) : first.index < (present.value?.index ?? 0)
    if (isOnward && isBack) return null
    arrive(first.stop.id)
    return first.stop.id
  }
  async function say(stopId: string, { outcome, why = '', caseId }: Saying): Promise<void> {
    fault.value = null
    said.value = new Map(said.value).set(stopId, outcome)
    const isKept = await attempt(native.mark(walkId, { stopId, outcome, why, caseId: caseId ?? null }))
    // It stays open until it is written down.
    if (!isKept) said.value = new Map([...said.value].filter(([id]) => id !== stopId))
  }

  return {
    ...{ walk, stops, plan, present, next, ahead, pictures, isWalking, fault },
    freshness: computed(() => patrol.freshness),
    others: computed(() => (walk.value ? othersOf(walk.value, patrol.walks) : [])),
    counts: computed(() => countsOf(plan.value)),
    ...{ arrive, goOn, say },
    move(by: 1 | -1): void {
      const stopId = neighbourOf(plan.value, presentId.value, by)
      if (stopId !== null) arrive(stopId)
    },
    pause: () => attempt(native.pause(walkId)),
    async resume(): Promise<void> {
      fault.value = null
      if (!(await attempt(native.resume(walkId)))) return
      const stopId = firstStop(plan.value, presentId.value)
      if (stopId === null) return
      presentId.value = stopId
      await attempt(native.arrive(walkId, stopId))
    },
    end: () => attempt(native.end(walkId)),
  }
}
