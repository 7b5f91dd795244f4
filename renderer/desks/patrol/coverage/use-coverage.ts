/** The report of the chosen month: asked for anew when another is chosen, the one before given up. */
import { onScopeDispose, shallowRef, watch } from 'vue'
import type { Coverage } from '../../../../native/contract/patrol.ts'
import { type Fault, readFault } from '../../../link/faults.ts'
import { useLooksStore } from '../../../stores/looks.ts'
import { monthOf, monthSpan } from './coverage.ts'

/** As far back as native counts: the contract's 400 days. */
const mostMonthsBack = 12

export function useCoverage() {
  const looks = useLooksStore()
  const month = shallowRef(monthOf(Date.now()))
  const coverage = shallowRef<Coverage | null>(null)
  const fault = shallowRef<Fault | null>(null)
  const latest = () => monthOf(Date.now())
  const earliest = () => monthOf(Date.now(), -mostMonthsBack)
  const isKnown = () => month.value >= earliest() && month.value <= latest() && monthSpan(month.value) !== null
  let asking = new AbortController()

  async function load(): Promise<void> {
    asking.abort()
    asking = new AbortController()
    const { signal } = asking
    const span = monthSpan(month.value)
    coverage.value = fault.value = null
    if (!span || !isKnown()) return
    try {
      // What this page has seen until now belongs to it.
      await looks.tellNow()
      const found = await looks.coverage(span.from, span.to, signal)
      if (!signal.aborted) coverage.value = found
    } catch (thrown) {
      if (!signal.aborted) fault.value = readFault(thrown)
    }
  }
  watch(month, load, { immediate: true })
  onScopeDispose(() => asking.abort())

  return {
    ...{ month, coverage, fault, load, isKnown, latest, earliest },
    turn(by: number): void {
      const span = monthSpan(month.value)
      const next = monthOf(span?.from ?? Date.now(), span ? by : 0)
      if (next >= earliest() && next <= latest()) month.value = next
    },
  }
}
