/** Whom a case may be dispatched to, best first; asked for ahead, so that the form has it when it opens. */
import { defineStore } from 'pinia'
import { shallowRef } from 'vue'
import type { Assignee, OwnSuggestion, Suggestion } from '../../native/contract/unit.ts'
import { useLink } from '../link/link.ts'

export const useSuggestionsStore = defineStore('suggestions', () => {
  const link = useLink()
  /** Of the case asked for last; null until they have come. */
  const suggestions = shallowRef<readonly Suggestion[] | null>(null)
  /** The best for each of many, as asked for last; null until they have come. */
  const each = shallowRef<readonly OwnSuggestion[] | null>(null)
  let asked: string | null = null

  return {
    suggestions,
    each,
    /** Faults: `not-found`. */
    async ask(caseId: string): Promise<void> {
      if (asked === caseId) return
      asked = caseId
      suggestions.value = null
      try {
        const found = await link.call((client, signal) => client.cases.suggestions({ caseId }, { signal }))
        if (asked === caseId) suggestions.value = found
      } catch (thrown) {
        if (asked === caseId) asked = null
        throw thrown
      }
    },
    async askEach(caseIds: string[]): Promise<void> {
      each.value = null
      each.value = await link.call((client, signal) => client.cases.suggestEach({ caseIds }, { signal }))
    },
    /** Loads change with every dispatch. */
    forget: () => void (asked = null),
    async units(text: string, signal: AbortSignal): Promise<Assignee[]> {
      return await link.call((client, limit) => client.cases.units({ text }, { signal: limit }), { signal })
    },
  }
})
