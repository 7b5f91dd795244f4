/** Whom a case may be dispatched to, best first. */
import { defineStore } from 'pinia'
import type { CaseHead } from '../../native/contract/case.ts'

export interface Suggestion {
  assignee: NonNullable<CaseHead['assignee']>
  /** In words of the workstation: class, grid, load. */
  why: string
}

export const useSuggestionsStore = defineStore('suggestions', () => ({
  async of(_caseId: string): Promise<Suggestion[]> {
    return []
  },
}))
