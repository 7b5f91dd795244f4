/** The one case that is open beside the queue. */
import { defineStore } from 'pinia'
import { shallowRef } from 'vue'
import type { CaseFile } from '../../native/contract/case.ts'
import { useLink } from '../link/link.ts'
import { createFollower } from './follower.ts'

export const useCaseFileStore = defineStore('case-file', () => {
  const link = useLink()
  const caseId = shallowRef<string | null>(null)
  /** Null when the case is not (or no longer) here; undefined until that is known. */
  const file = shallowRef<CaseFile | null | undefined>(undefined)
  /** Stays when it is closed: what is done at another desk is mostly about the same case. */
  const last = shallowRef<CaseFile | null>(null)
  const set = (next: CaseFile | null) => {
    file.value = next
    if (next) last.value = next
  }
  const follower = createFollower<CaseFile | null, CaseFile | null>({ onSnapshot: set, onDelta: set })

  function close(): void {
    follower.stop()
    caseId.value = null
    file.value = undefined
  }

  function open(id: string): void {
    if (caseId.value === id) return
    close()
    caseId.value = id
    follower.start((following) =>
      link.follow((client, signal) => client.cases.file({ caseId: id }, { signal }), following),
    )
  }

  /** Says that somebody takes the whole file along: recorded, before anything is put together. */
  const pack = (id: string, signal: AbortSignal) =>
    link.call((client, limit) => client.cases.pack({ caseId: id }, { signal: limit }), { signal })

  return { caseId, last, file, freshness: follower.freshness, fault: follower.fault, open, close, pack }
})
