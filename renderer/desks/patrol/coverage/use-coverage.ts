/** The report of the chosen month: asked for anew when another is chosen, the one before given up. */
import { onScopeDispose, shallowRef, watch } from 'vue'
import type { Coverage } from '../../../../native/contract/patrol.ts'
import { type Fault, readFault } from '../../../link/faults.ts'
import { useLooksStore } from '../../../stores/looks.ts'
import { monthOf, monthSpan } from './coverage.ts'

/** As far back as native counts (400 days), newest first. */
export const monthsOn = (now: number): string[] => Array.from({ length: 13 }, (_, back) => monthOf(now, -back))

export function useCoverage() {
  const looks = useLooksStore()
  const months = monthsOn(Date.now())
  const month = shallowRef(months[0]!)
  const coverage = shallowRef<Coverage | null>(null)
  const fault = shallowRef<Fault | null>(null)
  let asking = new AbortController()

  async function load(): Promise<void> {
    asking.abort()
    asking = new AbortController()
    const { signal } = asking
    const span = monthSpan(month.value)
    coverage.value = fault.value = null
    if (!span) return
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
    ...{ months, month, coverage, fault, load },
    /** -1: the month before. */
    turn: (by: number) => void (month.value = months[months.indexOf(month.value) - by] ?? month.value),
  }
}
