/** What presets look like: read once while a camera is steered, and taken anew from the tile when one is set or reached. */
import { onScopeDispose, type Ref, shallowRef, watch } from 'vue'
import { presetPictureLimits } from '../../../../native/contract/ptz.ts'
import { useSteeringStore } from '../../../stores/steering.ts'
import type { TileContext } from '../tile-context.ts'
import { comeToRest } from './come-to-rest.ts'
import { smallPicture } from './small-picture.ts'

/** A picture older than this shows where the camera looked before. */
const freshMs = 1_000

export interface PresetPictures {
  /** `data:` addresses by preset. */
  byToken: Readonly<Ref<ReadonlyMap<string, string>>>
  /** The camera stands at this preset now. */
  take(presetToken: string): Promise<void>
  /** The camera was sent there: takes it when the picture has come to rest. Going elsewhere ends it. */
  takeOnArrival(presetToken: string): Promise<void>
  /** The camera is turned by hand: it will not arrive. */
  leave(): void
}

export function usePresetPictures(
  { camera, view, watch: granted, video }: Pick<TileContext, 'camera' | 'view' | 'watch' | 'video'>,
  isOpen: () => boolean,
): PresetPictures {
  const steering = useSteeringStore()
  const byToken = shallowRef<ReadonlyMap<string, string>>(new Map())
  let arriving = new AbortController()

  const addressOf = (jpeg: string) => `data:image/jpeg;base64,${jpeg}`
  function leave(): void {
    arriving.abort()
    arriving = new AbortController()
  }
  /** Null when the owner lets nothing be kept, or the picture is not of now. */
  const fresh = () => {
    const isKept = granted.value?.player === 'access-units' && granted.value.isKept
    const age = view.value?.phase === 'playing' ? view.value.reading?.ageMs : null
    return isKept && typeof age === 'number' && age < freshMs ? video.value : null
  }

  async function take(presetToken: string): Promise<void> {
    const [cameraId, seen] = [camera.value?.id, fresh()]
    const jpeg = seen && (await smallPicture(seen, presetPictureLimits).jpeg())
    if (!jpeg || cameraId === undefined || cameraId !== camera.value?.id) return
    try {
      await steering.keepPicture(cameraId, presetToken, jpeg)
      byToken.value = new Map(byToken.value).set(presetToken, addressOf(jpeg))
    } catch {
      // A preset without a picture is still a preset.
    }
  }
  async function takeOnArrival(presetToken: string): Promise<void> {
    leave()
    const { signal } = arriving
    if (await comeToRest(fresh, signal)) await take(presetToken)
  }

  watch(
    () => (isOpen() ? camera.value?.id : undefined),
    (cameraId) => {
      leave()
      byToken.value = new Map()
      if (cameraId === undefined) return
      const put = (pictures: Awaited<ReturnType<typeof steering.pictures>>) => {
        if (camera.value?.id !== cameraId) return
        // What was taken meanwhile is newer.
        const read = pictures.map(({ presetToken, jpeg }) => [presetToken, addressOf(jpeg)] as const)
        byToken.value = new Map([...read, ...byToken.value])
      }
      steering.pictures(cameraId).then(put, () => undefined)
    },
  )
  onScopeDispose(leave)
  return { byToken, take, takeOnArrival, leave }
}
