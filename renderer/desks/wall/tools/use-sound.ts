/** Sound of one tile: asked for, played and given back while its tile is the one that is listened to and its picture can be seen. */
import { useDocumentVisibility, useIntervalFn } from '@vueuse/core'
import { computed, onScopeDispose, shallowRef, watch } from 'vue'
import { type Fault, readFault } from '../../../link/faults.ts'
import { useMediaStore } from '../../../players/media-store.ts'
import { openSoundPlayer, type SoundPlayer, type SoundReading } from '../../../players/sound-player.ts'
import { useCamerasStore } from '../../../stores/cameras.ts'
import { useListeningStore } from '../../../stores/listening.ts'
import { useTile } from '../tile-context.ts'

const readEveryMs = 100

export type SoundState = SoundReading['phase'] | 'no-picture' | 'hls'

/** `onReading` is called ten times a second, for what must not cost a render. */
export function useSound(onReading: (reading: SoundReading) => void) {
  const { camera, watch: granted } = useTile()
  const cameras = useCamerasStore()
  const media = useMediaStore()
  const listening = useListeningStore()
  const visibility = useDocumentVisibility()
  const own = Symbol('tile')
  const isOn = computed(() => listening.taken === own)
  const phase = shallowRef<SoundReading['phase']>('connecting')
  const encoding = shallowRef('')
  const fault = shallowRef<Fault | null>(null)
  let player: SoundPlayer | null = null

  const reading = useIntervalFn(
    () => {
      if (!player) return
      const next = player.read(media.timing.now())
      phase.value = next.phase
      encoding.value = next.encoding
      onReading(next)
    },
    readEveryMs,
    { immediate: false },
  )

  async function play(pictures: string, signal: AbortSignal) {
    try {
      const { watchId } = await cameras.listen(pictures, signal)
      const giveBack = () => void cameras.unwatch(watchId).catch(() => {}) // It ends with its picture anyway.
      if (signal.aborted) return giveBack()
      const { wire, timing } = media
      const opened = openSoundPlayer({ watchId, wire, volume: listening.volume, now: timing.now })
      player = opened
      reading.resume()
      signal.addEventListener('abort', () => {
        reading.pause()
        opened.close()
        player = null
        giveBack()
      })
    } catch (thrown) {
      if (!signal.aborted) fault.value = readFault(thrown)
    }
  }

  /** The watch whose sound is wanted now; whoever cannot see the picture does not hear it either. */
  const wanted = computed(() => {
    const isWanted = isOn.value && visibility.value === 'visible' && granted.value?.player === 'access-units'
    return isWanted ? (granted.value?.watchId ?? null) : null
  })
  watch(wanted, (watchId, _before, onCleanup) => {
    phase.value = 'connecting'
    fault.value = null
    if (watchId === null) return
    const stop = new AbortController()
    onCleanup(() => stop.abort())
    void play(watchId, stop.signal)
  })
  watch(
    () => listening.volume,
    (volume) => player?.setVolume(volume),
  )
  // Another camera in this tile was not asked for.
  watch(
    () => camera.value?.id,
    () => listening.release(own),
  )
  onScopeDispose(() => listening.release(own))

  return {
    isOn,
    encoding,
    fault,
    state: computed<SoundState>(() => {
      if (camera.value?.sourceKind === 'hls') return 'hls'
      return granted.value ? phase.value : 'no-picture'
    }),
    toggle: () => (isOn.value ? listening.release(own) : listening.take(own)),
  }
}
