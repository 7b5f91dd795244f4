/** Plays a camera into a `<video>` for as long as its scope lives and somebody can see it. */
import { useDocumentVisibility, useElementVisibility } from '@vueuse/core'
import { computed, onScopeDispose, type Ref, shallowRef, watch } from 'vue'
import type { Watch, WatchRequest } from '../../native/contract/camera.ts'
import { useCamerasStore } from '../stores/cameras.ts'
import { keepWatching, type Watching, type ViewState } from './keep-watching.ts'
import { useMediaStore } from './media-store.ts'
import type { Player, PlayerPath } from './player.ts'
import { createPathChooser, playbackCapabilities } from './player-choice.ts'
import { useLook } from './use-look.ts'
import { openWebCodecsPlayer } from './webcodecs-player.ts'

export interface UsePlayerOptions {
  /** Called on every tick with the newest reading, for what must not cost a render. */
  onTick?(state: ViewState): void
}

/** A picture that nobody sees is kept this long (ms), so that a glance at another desk costs nothing. */
const releaseAfterMs = 5000

/** `wish` null: nothing to play. The state is replaced only when something that a tile shows has changed. */
export function usePlayer(
  video: Readonly<Ref<HTMLVideoElement | null>>,
  wish: () => WatchRequest | null,
  { onTick }: UsePlayerOptions = {},
): Readonly<Ref<ViewState | null>> {
  const cameras = useCamerasStore()
  const media = useMediaStore()
  const state = shallowRef<ViewState | null>(null)
  const isSeen = useSeen(video)
  const look = useLook(video)
  let watching: Watching | null = null
  let stopTicking = () => {}

  async function play(granted: Watch, path: PlayerPath, signal: AbortSignal): Promise<Player> {
    if (!video.value) throw new Error('the tile is gone')
    const target = { video: video.value }
    const { watchId } = granted
    if (granted.player === 'hls') {
      const [{ openHlsPlayer }, access] = await Promise.all([
        import('./hls-player.ts'),
        cameras.gateway(signal),
        media.hlsTurn(signal),
      ])
      return openHlsPlayer(target, { access, path: granted.path, timing: media.timing })
    }
    if (path === 'webcodecs') return openWebCodecsPlayer(target, { watchId, wire: media.wire, now: media.timing.now })
    if (path === 'stills') {
      const { openStillPlayer } = await import('./still-player.ts')
      return openStillPlayer(target, { take: (limit) => cameras.still(watchId, limit), timing: media.timing })
    }
    const { openMsePlayer } = await import('./mse-player.ts')
    return openMsePlayer(target, { watchId, wire: media.wire })
  }

  /** Remembered for each profile: a main stream may be too much where the sub-stream is not. */
  function pathsOf({ cameraId, profile }: WatchRequest) {
    return createPathChooser({
      ...{ key: `${cameraId} ${profile}`, memory: media.pathMemory, now: media.timing.now },
      ...{ can: playbackCapabilities(), hasStills: cameras.byId.get(cameraId)?.sourceKind === 'onvif' },
    })
  }

  const readNow = () => ({ at: media.timing.now(), reading: watching?.read().reading ?? null })

  function tick() {
    if (!watching) return
    const next = watching.read()
    onTick?.(next)
    look(next, media.timing.now())
    if (looksOf(next) !== looksOf(state.value)) state.value = { ...next, readNow }
  }

  function stop() {
    watching?.stop()
    watching = null
    stopTicking()
    state.value = null
  }

  function start(request: WatchRequest) {
    const { timing, ticker } = media
    const { watch, unwatch } = cameras
    watching = keepWatching({ request, watch, unwatch, paths: pathsOf(request), play, timing })
    stopTicking = ticker.add(tick)
    tick()
  }

  // By content: an equal wish is the same wish.
  const wanted = computed(() => (video.value && isSeen.value ? JSON.stringify(wish()) : 'null'))
  watch(
    wanted,
    (text) => {
      stop()
      const request = JSON.parse(text) as WatchRequest | null
      if (request) start(request)
    },
    { immediate: true },
  )
  onScopeDispose(stop)
  return state
}

/** Everything of a state that a person can see, as one comparable value. */
function looksOf(state: ViewState | null): string {
  if (!state) return ''
  const { phase, trouble, since, reading, watch } = state
  const age = Math.round((reading?.ageMs ?? -1) / 100)
  const why = trouble?.kind === 'fault' ? trouble.fault.code + trouble.fault.reason : trouble?.trouble
  // A frozen picture's beginning wanders by milliseconds; words show seconds.
  const kilobits = Math.round((reading?.bitsPerSecond ?? 0) / 10_000)
  const way = [reading?.path, reading?.degraded, reading?.codec, kilobits]
  return [phase, why, since === null ? '' : Math.round(since / 1000), age, ...way, watch?.watchId].join()
}

/** True while the element is on screen and for some seconds after. */
function useSeen(video: Readonly<Ref<HTMLVideoElement | null>>): Readonly<Ref<boolean>> {
  const isInView = useElementVisibility(video)
  const visibility = useDocumentVisibility()
  const isSeen = shallowRef(false)
  let timer: ReturnType<typeof setTimeout> | undefined
  watch(
    () => isInView.value && visibility.value === 'visible',
    (isVisible) => {
      clearTimeout(timer)
      if (isVisible) isSeen.value = true
      else timer = setTimeout(() => (isSeen.value = false), releaseAfterMs)
    },
    { immediate: true },
  )
  onScopeDispose(() => clearTimeout(timer))
  return isSeen
}
