/** Looks at a stop's picture for some seconds and compares it with the one that was kept before: once for each stop of a walk. */
import { computed, inject, type InjectionKey, onScopeDispose, watch } from 'vue'
import type { CameraRow, Watch } from '../../../../native/contract/camera.ts'
import type { PatrolStop } from '../../../../native/contract/patrol.ts'
import { presetPictureLimits, wholeView } from '../../../../native/contract/ptz.ts'
import { pause } from '../../../link/waiting.ts'
import { useChangeHintsStore } from '../../../stores/change-hints.ts'
import { useSteeringStore } from '../../../stores/steering.ts'
import { smallPicture } from '../../wall/tools/small-picture.ts'
import type { ChangeFinder } from './change-finder.ts'
import type { Pixels } from './compare-pictures.ts'
import { sampling } from './sampling.ts'

/** Of the walk that goes on; null while hints are off. */
export const changeFinderKey: InjectionKey<() => ChangeFinder | null> = Symbol('change finder')

export interface ChangeSight {
  stop: () => PatrolStop
  camera: () => CameraRow | null
  watch: () => Watch | null
  /** It looks where the stop says. */
  isSettled: () => boolean
  /** What shows a picture of now; null while nothing does. */
  fresh: () => HTMLVideoElement | null
}

/** Under which picture of the camera the stop is kept; null: it is not known where the camera looks. */
export function pictureToken({ preset }: PatrolStop, { steerable }: CameraRow): string | null {
  return preset?.token ?? (steerable ? null : wholeView)
}

export function useChangeHint({ stop, camera, watch: granted, isSettled, fresh }: ChangeSight): void {
  const hints = useChangeHintsStore()
  const steering = useSteeringStore()
  const finder = inject(changeFinderKey, () => null)
  let looking = new AbortController()

  async function frames(signal: AbortSignal): Promise<Pixels[]> {
    const taken: Pixels[] = []
    while (taken.length < sampling.frames && !signal.aborted) {
      const video = fresh()
      const small = video && smallPicture(video, presetPictureLimits)
      if (small) taken.push({ width: small.width, height: small.height, data: small.pixels() })
      await pause(sampling.gapMs, signal)
    }
    return taken
  }
  async function look(stopId: string, cameraId: string, presetToken: string, signal: AbortSignal): Promise<void> {
    const known = await steering.pictures(cameraId)
    const earlier = known.find((picture) => picture.presetToken === presetToken) ?? null
    const taken = await frames(signal)
    if (signal.aborted) return
    const done = await finder()?.find({ earlier: earlier?.jpeg ?? null, frames: taken })
    if (!done || signal.aborted) return
    const hint = done.change && earlier ? { ...done.change, since: earlier.at } : null
    hints.put(stopId, { cameraId, presetToken, jpeg: done.jpeg, hint })
  }

  const target = computed(() => {
    const [row, watched] = [camera(), granted()]
    // Whose owner lets nothing be kept is not looked at at all.
    const mayKeep = watched?.player === 'access-units' && watched.isKept
    const token = row && pictureToken(stop(), row)
    const isWanted = hints.isOn && mayKeep && isSettled() && fresh() !== null && !hints.isSeen(stop().id)
    return row && token !== null && isWanted ? JSON.stringify([stop().id, row.id, token]) : null
  })
  watch(
    target,
    (text) => {
      looking.abort()
      if (text === null) return
      looking = new AbortController()
      const [stopId, cameraId, token] = JSON.parse(text) as [string, string, string]
      // Without the earlier picture there is no hint; the stop is looked at all the same.
      look(stopId, cameraId, token, looking.signal).catch(() => undefined)
    },
    { immediate: true },
  )
  onScopeDispose(() => looking.abort())
}
