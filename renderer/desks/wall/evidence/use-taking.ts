/** Taking what a tile shows: a snapshot of the shown picture, or a clip of what was received. */
import { shallowRef } from 'vue'
import { usualClipMs, type VideoPiece } from '../../../../native/contract/video-evidence.ts'
import { type Fault, FaultError, readFault } from '../../../link/faults.ts'
import { useVideoEvidenceStore } from '../../../stores/video-evidence.ts'
import type { TileContext } from '../tile-context.ts'
import { useRecordPicture } from './record-picture.ts'
import { type ShownPicture, takeShownPicture } from './shown-picture.ts'

/** What was taken and waits for a case. */
export type Taking =
  | { state: 'kept'; piece: VideoPiece; picture: ShownPicture | null }
  /** The owner wants a case and a reason first: until then the picture is in this page only. */
  | { state: 'needs-case'; picture: ShownPicture; watchId: string }

/** Key of the words for why it cannot be. */
type Refusal = 'noPicture' | 'notKept' | 'hlsNotKept'

export function useTaking({ camera, view, watch, video }: Pick<TileContext, 'camera' | 'view' | 'watch' | 'video'>) {
  const record = useRecordPicture()
  const store = useVideoEvidenceStore()
  const taking = shallowRef<Taking | null>(null)
  const isBusy = shallowRef(false)
  const fault = shallowRef<Fault | null>(null)
  const refusal = shallowRef<Refusal | null>(null)

  async function attempt(act: () => Promise<void>): Promise<void> {
    if (isBusy.value) return
    isBusy.value = true
    fault.value = null
    refusal.value = null
    try {
      await act()
    } catch (thrown) {
      fault.value = readFault(thrown)
    } finally {
      isBusy.value = false
    }
  }

  const about = (watchId: string) => ({ watchId, cameraName: camera.value?.name ?? '' })

  /** Why there is no looking back here; null: there is. */
  function noLookingBack(): Refusal | null {
    if (!watch.value || !view.value) return 'noPicture'
    if (watch.value.player === 'hls') return 'hlsNotKept'
    return watch.value.isKept ? null : 'notKept'
  }

  const clip = (from: number, to: number) =>
    attempt(async () => {
      refusal.value = noLookingBack()
      if (refusal.value || !watch.value) return
      const piece = await store.clip({ watchId: watch.value.watchId, from: Math.floor(from), to: Math.ceil(to) })
      taking.value = { state: 'kept', piece, picture: null }
    })

  return {
    ...{ taking, isBusy, fault, refusal, noLookingBack, clip },
    snapshot: () =>
      attempt(async () => {
        const watchId = watch.value?.watchId
        const { readNow } = view.value ?? {}
        const picture = video.value && readNow ? await takeShownPicture(video.value, readNow) : null
        if (!picture || watchId === undefined) return void (refusal.value = 'noPicture')
        try {
          taking.value = { state: 'kept', piece: await record(picture, about(watchId), null), picture }
        } catch (thrown) {
          if (readFault(thrown).reason !== 'snapshot-for-a-case') throw thrown
          taking.value = { state: 'needs-case', picture, watchId }
        }
      }),
    clipOfLast: () => clip(Date.now() - usualClipMs, Date.now()),
    /** Attaches it; `remark` is the reason where one is needed. Rejects with a fault. */
    async attach(caseId: string, remark: string): Promise<void> {
      const now = taking.value
      if (!now) throw new FaultError({ code: 'not-found', reason: null })
      if (now.state === 'needs-case') await record(now.picture, about(now.watchId), { reason: remark.trim(), caseId })
      else await store.attach({ pieces: [now.piece.record.sequence], caseId, remark })
      taking.value = null
    },
  }
}
