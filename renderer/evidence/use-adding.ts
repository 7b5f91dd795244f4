/** Files on their way into a form: each with its progress, its own way to stop, and its fault in words. */
import { computed, onScopeDispose, type Ref, shallowRef, triggerRef } from 'vue'
import type { Evidence } from '../../native/contract/case.ts'
import { type Fault, readFault } from '../link/faults.ts'
import { useEvidenceStore } from '../stores/evidence.ts'

/** As many as a step may have. */
export const mostPieces = 50

export interface Adding {
  key: number
  name: string
  bytes: number
  /** 0..1 */
  share: number
  fault: Fault | null
  stop(): void
}

export function useAdding(evidence: Ref<Evidence[]>) {
  const store = useEvidenceStore()
  const adding = shallowRef<Adding[]>([])
  const renamed = shallowRef<ReadonlySet<string>>(new Set())
  const isFull = shallowRef(false)
  let last = 0

  const drop = (key: number) => (adding.value = adding.value.filter((one) => one.key !== key))

  async function addOne(file: File): Promise<void> {
    const stopping = new AbortController()
    const key = (last += 1)
    const one: Adding = {
      ...{ key, name: file.name, bytes: file.size, share: 0, fault: null },
      stop() {
        stopping.abort()
        drop(key)
      },
    }
    adding.value = [...adding.value, one]
    try {
      const taken = await store.handOver(file, {
        signal: stopping.signal,
        onProgress(share) {
          one.share = share
          triggerRef(adding)
        },
      })
      if (stopping.signal.aborted) return void store.discard(taken.evidence.id)
      if (taken.isRenamed) renamed.value = new Set(renamed.value).add(taken.evidence.id)
      evidence.value = [...evidence.value, taken.evidence]
      drop(key)
    } catch (thrown) {
      one.fault = readFault(thrown)
      triggerRef(adding)
    }
  }

  onScopeDispose(() => adding.value.forEach((one) => one.stop()))

  return {
    adding,
    renamed,
    isFull,
    isBusy: computed(() => adding.value.some(({ fault }) => fault === null)),
    async add(files: Iterable<File>): Promise<void> {
      const wanted = [...files]
      const room = mostPieces - evidence.value.length - adding.value.length
      isFull.value = wanted.length > room
      // One after the other: together they would only share the same line.
      for (const file of wanted.slice(0, Math.max(0, room))) await addOne(file)
    },
    remove(id: string): void {
      evidence.value = evidence.value.filter((piece) => piece.id !== id)
      void store.discard(id)
    },
  }
}
