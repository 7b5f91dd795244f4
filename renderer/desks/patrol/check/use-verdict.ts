/** Freezing the live picture of a tile and checking the case by it: the picture is recorded in the chain, and the step carries it. */
import { onScopeDispose, ref, shallowRef } from 'vue'
import { type Fault, readFault } from '../../../link/faults.ts'
import { useVideoEvidenceStore } from '../../../stores/video-evidence.ts'
import { useRecordPicture } from '../../wall/evidence/record-picture.ts'
import { type ShownPicture, takeShownPicture } from '../../wall/evidence/shown-picture.ts'
import type { TileContext } from '../../wall/tile-context.ts'
import { isSayingEnough, remarkOf, type Verdict } from './check.ts'

interface Taken {
  picture: ShownPicture
  from: { watchId: string; cameraName: string }
  /** In the chain; null where the owner wants a case and a reason first: then it is taken with the verdict. */
  sequence: number | null
}

export function useVerdict(caseId: () => string) {
  const record = useRecordPicture()
  const store = useVideoEvidenceStore()
  const taken = shallowRef<Taken | null>(null)
  /** Of the frozen picture, for the page. */
  const address = shallowRef<string | null>(null)
  const verdict = ref<Verdict | null>(null)
  const said = ref('')
  const isBusy = ref(false)
  const fault = shallowRef<Fault | null>(null)
  const hasNoPicture = ref(false)

  async function attempt(work: () => Promise<void>): Promise<boolean> {
    if (isBusy.value) return false
    isBusy.value = true
    fault.value = null
    hasNoPicture.value = false
    try {
      await work()
      return true
    } catch (thrown) {
      fault.value = readFault(thrown)
      return false
    } finally {
      isBusy.value = false
    }
  }

  function live(): void {
    if (address.value !== null) URL.revokeObjectURL(address.value)
    address.value = taken.value = verdict.value = null
    hasNoPicture.value = false
  }
  onScopeDispose(live)

  async function take({ video, view, watch, camera }: TileContext): Promise<void> {
    const { readNow, phase } = view.value ?? {}
    const watchId = watch.value?.watchId
    const picture = video.value && readNow && phase === 'playing' ? await takeShownPicture(video.value, readNow) : null
    if (!picture || watchId === undefined) return void (hasNoPicture.value = true)
    const from = { watchId, cameraName: camera.value?.name ?? '' }
    const sequence = await record(picture, from, null).then(
      (piece) => piece.record.sequence,
      (thrown: unknown) => {
        if (readFault(thrown).reason !== 'snapshot-for-a-case') throw thrown
        return null
      },
    )
    taken.value = { picture, from, sequence }
    address.value = URL.createObjectURL(picture.content)
  }

  return {
    ...{ taken, address, verdict, said, isBusy, fault, hasNoPicture, live },
    freeze: (tile: TileContext) => attempt(() => take(tile)),
    /** Whoever has seen enough need not freeze first. */
    async judge(tile: TileContext, step: Verdict): Promise<void> {
      if (!taken.value) await attempt(() => take(tile))
      if (taken.value) verdict.value = step
    },
    /** True when native has the step. */
    send: () =>
      attempt(async () => {
        const step = verdict.value
        if (!taken.value || !step || !isSayingEnough(step, said.value)) return
        const { picture, from, sequence } = taken.value
        const remark = remarkOf(step, said.value)
        if (sequence === null) await record(picture, from, { reason: remark, caseId: caseId(), step })
        else await store.attach({ pieces: [sequence], caseId: caseId(), remark, step })
      }),
  }
}
export type VerdictWork = ReturnType<typeof useVerdict>
