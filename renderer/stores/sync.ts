/** What has not reached the district: steps that wait, conflicts and their answers, the outage, files carried between workstations. */
import { defineStore } from 'pinia'
import { computed, shallowRef } from 'vue'
import type { StepInput } from '../../native/contract/case.ts'
import type { Conflict, ImportResult, PaperSheet, SyncState } from '../../native/contract/sync.ts'
import { bytesOf, inBase64 } from '../link/base64.ts'
import { useLink } from '../link/link.ts'
import { createFollower } from './follower.ts'

export interface CarriedFile {
  name: string
  operations: number
  unreadable: number
  content: Blob
}
type Progress = (share: number) => void

/** As the contract has it; its module would bring the schema library into the start. */
const pieceBytes = 256 * 1024
/** Deriving the key, and writing or checking gigabytes of evidence. */
const fileLimitMs = 10 * 60_000

export const useSyncStore = defineStore('sync', () => {
  const link = useLink()
  /** Null until it has come. */
  const state = shallowRef<SyncState | null>(null)
  const set = (next: SyncState) => void (state.value = next)
  const follower = createFollower<SyncState, SyncState>({ onSnapshot: set, onDelta: set })

  /** Those that a person decides; what stands on one of them is shown beneath it. */
  const roots = computed(() => {
    const conflicts = state.value?.conflicts ?? []
    const beneath = new Set(conflicts.flatMap(({ dependents }) => dependents))
    return conflicts.filter(({ id }) => !beneath.has(id))
  })
  const byId = computed(() => new Map((state.value?.conflicts ?? []).map((conflict) => [conflict.id, conflict])))

  async function content(id: string, bytes: number, onProgress: Progress): Promise<Blob> {
    const pieces: Uint8Array<ArrayBuffer>[] = []
    for (let offset = 0; offset < bytes;) {
      const { data } = await link.call((client, signal) => client.sync.readExport({ id, offset }, { signal }))
      const piece = bytesOf(data)
      pieces.push(piece)
      offset += piece.length
      onProgress(offset / bytes)
    }
    return new Blob(pieces, { type: 'application/octet-stream' })
  }

  return {
    state,
    freshness: follower.freshness,
    fault: follower.fault,
    roots,
    /** The running outage; null while the district is there. */
    running: computed(() => (state.value?.outage?.until === null ? state.value.outage : null)),
    /** What came of the last outage, until somebody has read it. */
    unread: computed(() => {
      const outage = state.value?.outage
      return outage && outage.until !== null && !outage.isRead ? outage : null
    }),
    dependentsOf: ({ dependents }: Conflict) => dependents.flatMap((id) => byId.value.get(id) ?? []),
    open: () =>
      follower.start((following) =>
        link.follow((client, signal) => client.sync.watch(undefined, { signal }), following),
      ),
    close: () => {
      follower.stop()
      state.value = null
    },
    async applyAgain(stepId: string, input?: StepInput): Promise<void> {
      const asked = input ? { stepId, input } : { stepId }
      await link.call((client, signal) => client.sync.applyAgain(asked, { signal }))
    },
    async handToLeader(stepId: string, remark: string): Promise<void> {
      await link.call((client, signal) => client.sync.handToLeader({ stepId, remark }, { signal }))
    },
    async withdraw(stepId: string): Promise<void> {
      await link.call((client, signal) => client.sync.withdraw({ stepId }, { signal }))
    },
    paper: (): Promise<PaperSheet> => link.call((client, signal) => client.sync.paper(undefined, { signal })),
    async readSummary(outageId: string): Promise<void> {
      await link.call((client, signal) => client.sync.readSummary({ outageId }, { signal }))
    },
    async exportUnsent(passPhrase: string, onProgress: Progress): Promise<CarriedFile> {
      const { id, name, bytes, operations, unreadable } = await link.call(
        (client, signal) => client.sync.exportUnsent({ passPhrase }, { signal }),
        { limitMs: fileLimitMs },
      )
      try {
        return { name, operations, unreadable, content: await content(id, bytes, onProgress) }
      } finally {
        void link.call((client, signal) => client.sync.closeExport({ id }, { signal })).catch(() => null)
      }
    },
    async importFile(file: Blob, passPhrase: string, onProgress: Progress): Promise<ImportResult> {
      const { id } = await link.call((client, signal) => client.sync.beginImport({ bytes: file.size }, { signal }))
      for (let offset = 0; offset < file.size; offset += pieceBytes) {
        const data = await inBase64(file.slice(offset, offset + pieceBytes))
        await link.call((client, signal) => client.sync.appendImport({ id, offset, data }, { signal }))
        onProgress(Math.min(1, (offset + pieceBytes) / file.size))
      }
      return link.call((client, signal) => client.sync.finishImport({ id, passPhrase }, { signal }), {
        limitMs: fileLimitMs,
      })
    },
  }
})
