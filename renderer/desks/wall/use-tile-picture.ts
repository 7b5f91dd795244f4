/** A tile's picture: the sub-stream, and the main stream over it while the tile is focused. */
import { computed, type ComputedRef, type Ref, shallowRef, watchEffect } from 'vue'
import type { CameraRow, Profile } from '../../../native/contract/camera.ts'
import type { ViewState } from '../../players/keep-watching.ts'
import { usePlayer } from '../../players/use-player.ts'
import { useStartTurn } from './start-turns.ts'
import { isOverBudget, streamsFor } from './tile-looks.ts'

export interface TilePictureOptions {
  /** Null: nothing to show, or nothing that may be shown yet. */
  camera: () => CameraRow | null
  reason: () => string | null
  isFocused: () => boolean
  /** The tile is shown later: it takes no session that others wait for. */
  isAhead: () => boolean
  videos: Record<Profile, Readonly<Ref<HTMLVideoElement | null>>>
  /** Called on every tick with the newest reading of the stream that is seen. */
  onTick(state: ViewState): void
}

export interface TilePicture {
  seen: ComputedRef<Profile>
  view: ComputedRef<ViewState | null>
}

export function useTilePicture({
  camera: chosen,
  reason,
  isFocused,
  isAhead,
  videos,
  onTick,
}: TilePictureOptions): TilePicture {
  const hasTurn = useStartTurn(() => chosen()?.id ?? null)
  const stepsBack = shallowRef(false)
  const camera = () => (hasTurn.value && !stepsBack.value ? chosen() : null)

  /** HLS sources have no sub-stream of their own. */
  const wantsMain = () => isFocused() && camera()?.sourceKind !== 'hls'

  function request(profile: Profile, isOn: boolean) {
    const row = camera()
    return row && isOn ? { cameraId: row.id, profile, reason: reason() } : null
  }

  const streams = shallowRef(streamsFor(false, null, null))
  const play = (profile: Profile) =>
    usePlayer(videos[profile], () => request(profile, streams.value[profile]), {
      onTick: (state) => streams.value.seen === profile && onTick(state),
    })
  const states = { main: play('main'), sub: play('sub') }
  watchEffect(() => (streams.value = streamsFor(wantsMain(), states.main.value, states.sub.value)))

  watchEffect(() => {
    if (!isAhead()) stepsBack.value = false
    else if (isOverBudget(states.sub.value)) stepsBack.value = true
  })

  const seen = computed(() => streams.value.seen)
  return { seen, view: computed(() => states[seen.value].value) }
}
