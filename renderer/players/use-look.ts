/** Has one picture counted as looked at while it is: the one place through which every live picture of the console goes. */
import { inject, type InjectionKey, onScopeDispose, type Ref } from 'vue'
import { useLooksStore } from '../stores/looks.ts'
import type { ViewState } from './keep-watching.ts'
import type { LookPurpose } from './look-counter.ts'

/** Given by who shows pictures of a walk; null while none of its stops is looked at. */
export const lookPurposeKey: InjectionKey<Readonly<Ref<LookPurpose | null>>> = Symbol('look-purpose')

/** Nobody sees anything on fewer pixels. */
const leastWidth = 64
/** Where it must be the picture itself that lies on top, as shares of its size; one of them is enough, a tool may lie over another. */
const probes = [
  [0.5, 0.5],
  [0.3, 0.3],
  [0.7, 0.7],
] as const
const seeEveryMs = 500

/** Still pictures are not live, however young. */
export const isLive = ({ phase, reading, watch }: ViewState): boolean =>
  phase === 'playing' && reading?.path !== 'stills' && watch !== null

/** Not scrolled away, not under another picture, a pop-up or a dialog, not hidden, and not warmed up for later. */
export function isOnScreen(video: HTMLVideoElement): boolean {
  if (!video.checkVisibility({ opacityProperty: true, visibilityProperty: true })) return false
  // Zoomed in, it reaches beyond its tile.
  const { left, top, width, height } = (video.closest('article') ?? video).getBoundingClientRect()
  if (width < leastWidth) return false
  return probes.some(([x, y]) => document.elementFromPoint(left + width * x, top + height * y) === video)
}

/** The answered function is called on every tick of the player. */
export function useLook(video: Readonly<Ref<HTMLVideoElement | null>>): (state: ViewState, now: number) => void {
  const looks = useLooksStore()
  const purpose = inject(lookPurposeKey, null)
  let lookedAt = -Infinity
  onScopeDispose(looks.open())

  return (state, now) => {
    if (now >= lookedAt && now - lookedAt < seeEveryMs) return
    lookedAt = now
    if (!state.watch || !video.value || !isLive(state) || !looks.isLookedAt() || !isOnScreen(video.value)) return
    looks.see(state.watch.watchId, purpose?.value ?? null)
  }
}
