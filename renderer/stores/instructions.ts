/** Instructions to the field: the latest ones with their receipts, and sending another. */
import { defineStore } from 'pinia'
import { shallowRef } from 'vue'
import type { InstructionRow, InstructionTarget, TargetOffer } from '../../native/contract/instruction.ts'
import { useLink } from '../link/link.ts'
import { createFollower } from './follower.ts'

/** What a person writes; the same id again is the same instruction. */
export interface Draft {
  instructionId: string
  to: InstructionTarget
  text: string
  caseId: string | null
}

export const useInstructionsStore = defineStore('instructions', () => {
  const link = useLink()
  /** Newest first; null until they have come. */
  const rows = shallowRef<readonly InstructionRow[] | null>(null)
  const set = (next: InstructionRow[]) => void (rows.value = next)
  const follower = createFollower<InstructionRow[], InstructionRow[]>({ onSnapshot: set, onDelta: set })

  return {
    rows,
    freshness: follower.freshness,
    fault: follower.fault,
    open: () =>
      follower.start((following) =>
        link.follow((client, signal) => client.instructions.watch(undefined, { signal }), following),
      ),
    close: () => {
      follower.stop()
      rows.value = null
    },
    targets: (kind: InstructionTarget['kind'], text: string): Promise<TargetOffer[]> =>
      link.call((client, signal) => client.instructions.targets({ kind, text }, { signal })),
    async send(draft: Draft): Promise<void> {
      await link.call((client, signal) => client.instructions.send(draft, { signal }))
    },
  }
})
