/** What one's own walk says to native; the walks themselves are followed by the patrol store. */
import { defineStore } from 'pinia'
import type { StopOutcome } from '../../native/contract/patrol.ts'
import { useLink } from '../link/link.ts'

export interface StopWords {
  stopId: string
  outcome: StopOutcome
  why: string
  caseId: string | null
}

export const usePatrolWalkStore = defineStore('patrol-walk', () => {
  const link = useLink()
  // Faults of these as in the contract.
  return {
    arrive: (walkId: string, stopId: string | null): Promise<null> =>
      link.call((client, signal) => client.patrol.walks.arrive({ walkId, stopId }, { signal })),
    mark: (walkId: string, words: StopWords): Promise<null> =>
      link.call((client, signal) => client.patrol.walks.mark({ walkId, ...words }, { signal })),
    pause: (walkId: string): Promise<null> =>
      link.call((client, signal) => client.patrol.walks.pause({ walkId }, { signal })),
    resume: (walkId: string): Promise<null> =>
      link.call((client, signal) => client.patrol.walks.resume({ walkId }, { signal })),
    end: (walkId: string): Promise<null> =>
      link.call((client, signal) => client.patrol.walks.end({ walkId }, { signal })),
  }
})
