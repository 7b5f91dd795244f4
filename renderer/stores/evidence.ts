/** Evidence as the page sees it: files handed over in pieces, pictures and recordings read in pieces, and what is on its way. */
import { defineStore } from 'pinia'
import { computed, shallowRef } from 'vue'
import type { Evidence } from '../../native/contract/case.ts'
import {
  evidencePieceBytes,
  mostEvidenceBytes,
  type TakenEvidence,
  type Transfer,
} from '../../native/contract/evidence.ts'
import { inBase64 } from '../link/base64.ts'
import { FaultError } from '../link/faults.ts'
import { useLink } from '../link/link.ts'
import { createFollower } from './follower.ts'
import { readView } from './read-view.ts'

export interface HandingOver {
  signal: AbortSignal
  /** 0..1 */
  onProgress: (share: number) => void
}

/** A film of 200 MB on a poor line. */
const fetchLimitMs = 15 * 60_000

export const useEvidenceStore = defineStore('evidence', () => {
  const link = useLink()
  const transfers = shallowRef<readonly Transfer[]>([])
  const set = (next: Transfer[]) => void (transfers.value = next)
  const follower = createFollower<Transfer[], Transfer[]>({ onSnapshot: set, onDelta: set })
  let watchers = 0

  async function append(id: string, file: Blob, { signal, onProgress }: HandingOver): Promise<void> {
    for (let offset = 0; offset < file.size; offset += evidencePieceBytes) {
      const data = await inBase64(file.slice(offset, offset + evidencePieceBytes))
      await link.call((client, limit) => client.evidence.append({ id, offset, data }, { signal: limit }), { signal })
      onProgress(Math.min(1, (offset + evidencePieceBytes) / file.size))
    }
  }

  const discard = (id: string) =>
    link.call((client, signal) => client.evidence.discard({ id }, { signal })).catch(() => null)

  return {
    transfers,
    transferOf: computed(() => new Map(transfers.value.map((transfer) => [transfer.id, transfer]))),
    /** Follows what is on its way, until the answer is called by everybody who asked. */
    watch(): () => void {
      watchers += 1
      if (watchers === 1)
        follower.start((following) =>
          link.follow((client, signal) => client.evidence.transfers(undefined, { signal }), following),
        )
      return () => {
        watchers -= 1
        if (watchers === 0) follower.stop()
      }
    },
    retry: () => link.call((client, signal) => client.evidence.retry(undefined, { signal })),
    discard,

    /** Hands a file over to native; it is kept there, sealed, until a step refers to it. Faults as in the contract. */
    async handOver(file: File, handing: HandingOver): Promise<TakenEvidence> {
      if (file.size === 0) throw new FaultError({ code: 'invalid', reason: 'evidence-empty' })
      if (file.size > mostEvidenceBytes) throw new FaultError({ code: 'invalid', reason: 'evidence-too-large' })
      const { signal } = handing
      const about = { name: file.name.slice(0, 200) || 'file', bytes: file.size }
      const { id } = await link.call((client, limit) => client.evidence.begin(about, { signal: limit }), { signal })
      try {
        await append(id, file, handing)
        return await link.call((client, limit) => client.evidence.finish({ id }, { signal: limit }), { signal })
      } catch (error) {
        await discard(id)
        throw error
      }
    },

    /** The whole content, fetched and verified by native. Recorded as looked at. */
    async read(caseId: string, { id: evidenceId }: Evidence, signal: AbortSignal): Promise<Blob> {
      const view = await link.call((client, limit) => client.evidence.open({ caseId, evidenceId }, { signal: limit }), {
        signal,
        limitMs: fetchLimitMs,
      })
      return await readView(link, view, signal)
    },
  }
})
