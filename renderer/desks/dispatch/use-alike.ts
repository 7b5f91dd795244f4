/** What may be the same as the case that is being taken down; asked for anew when its class or position change. */
import { onScopeDispose, type Ref, shallowRef, watch } from 'vue'
import type { NearCase } from '../../../native/contract/nearby.ts'
import { useTakingDownStore } from '../../stores/taking-down.ts'
import { isExact, type NewCaseDraft } from './new-case.ts'

export function useAlike(draft: Readonly<NewCaseDraft>): { alike: Ref<readonly NearCase[]>; settled(): Promise<void> } {
  const store = useTakingDownStore()
  const alike = shallowRef<readonly NearCase[]>([])
  let asking = new AbortController()
  let settling = Promise.resolve()

  async function ask(signal: AbortSignal): Promise<void> {
    const { classCode, spot } = draft
    if (classCode === null || spot === null) return void (alike.value = [])
    const { longitude, latitude } = spot
    const wanted = { classCode, longitude, latitude, gridCode: isExact(spot) ? null : spot.gridCode || null }
    // Taking down must not hang on this: without an answer there is nothing to show.
    const found = await store.alike(wanted, signal).catch(() => [])
    if (!signal.aborted) alike.value = found
  }
  watch(
    () => [draft.classCode, draft.spot?.longitude, draft.spot?.latitude, draft.spot?.source].join(),
    () => {
      asking.abort()
      asking = new AbortController()
      settling = ask(asking.signal)
    },
  )
  onScopeDispose(() => asking.abort())
  return { alike, settled: () => settling }
}
