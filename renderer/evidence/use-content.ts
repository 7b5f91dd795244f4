/** The content of one piece of evidence for as long as somebody shows it: an address for the page, or why there is none. */
import { computed, onScopeDispose, shallowRef, toValue, type MaybeRefOrGetter, watch } from 'vue'
import type { Evidence } from '../../native/contract/case.ts'
import { type Fault, faultWords, readFault } from '../link/faults.ts'
import { useEvidenceStore } from '../stores/evidence.ts'

export type ContentState = 'idle' | 'loading' | 'ready' | 'failed'

export function useContent(caseId: MaybeRefOrGetter<string>, piece: MaybeRefOrGetter<Evidence>) {
  const store = useEvidenceStore()
  const state = shallowRef<ContentState>('idle')
  const address = shallowRef<string | null>(null)
  const fault = shallowRef<Fault | null>(null)
  let running: AbortController | null = null

  function forget(): void {
    running?.abort()
    running = null
    if (address.value !== null) URL.revokeObjectURL(address.value)
    address.value = null
    fault.value = null
    state.value = 'idle'
  }

  async function load(): Promise<void> {
    if (state.value === 'loading' || state.value === 'ready') return
    forget()
    const mine = new AbortController()
    running = mine
    state.value = 'loading'
    try {
      const content = await store.read(toValue(caseId), toValue(piece), mine.signal)
      if (mine.signal.aborted) return
      address.value = URL.createObjectURL(content)
      state.value = 'ready'
    } catch (thrown) {
      if (mine.signal.aborted) return
      fault.value = readFault(thrown)
      state.value = 'failed'
    }
  }

  watch(() => [toValue(caseId), toValue(piece).id, toValue(piece).sha256].join(' '), forget)
  onScopeDispose(forget)

  const words = computed(() => {
    const { code, reason } = fault.value ?? {}
    if (!fault.value) return null
    if (code === 'offline' && reason === null) return 'evidence.offline'
    if (code === 'not-found') return 'evidence.notYet'
    return faultWords(fault.value)
  })
  return { state, address, words, load }
}
