/** What a tile shows, decided from its camera, the reason and the players' states: plain values in, plain values out. */
import type { CameraRow } from '../../../native/contract/camera.ts'
import { faultWords } from '../../link/faults.ts'
import type { Freshness } from '../../stores/follower.ts'
import type { ViewState, ViewTrouble } from '../../players/keep-watching.ts'

/**
 * `empty`: no camera stands here. `gone`: the camera is no longer shared with this sub-center. `reason`: the owner wants to
 * know why first. `blanked`: hidden on purpose. `refused`: trying again cannot help. The others are the player's.
 */
export type TileState =
  'empty' | 'gone' | 'blanked' | 'reason' | 'connecting' | 'playing' | 'stale' | 'failed' | 'refused'

export interface TileFacts {
  cameraId: string | null
  camera: CameraRow | null
  list: Freshness
  isBlanked: boolean
  lacksReason: boolean
  view: ViewState | null
}

export function tileState({ cameraId, camera, list, isBlanked, lacksReason, view }: TileFacts): TileState {
  if (cameraId === null) return 'empty'
  if (!camera) return list === 'live' ? 'gone' : list === 'failed' ? 'refused' : 'connecting'
  if (isBlanked) return 'blanked'
  if (lacksReason) return 'reason'
  return view?.phase ?? 'connecting'
}

/** Key of the words for why there is no picture; null when nothing is known. */
export function troubleWords(trouble: ViewTrouble | null): string | null {
  if (!trouble) return null
  return trouble.kind === 'fault' ? faultWords(trouble.fault) : `wall.trouble.${trouble.trouble}`
}

/**
 * An age in seconds: tenths up to ten seconds, whole seconds below a minute, then minutes and seconds. Rounded up: a
 * picture is never said to be younger than it is.
 */
export function ageText(ms: number): { value: string; isClock: boolean } {
  const tenths = Math.ceil(ms / 100)
  if (tenths < 100) return { value: (tenths / 10).toFixed(1), isClock: false }
  const whole = Math.ceil(ms / 1000)
  if (whole < 60) return { value: String(whole), isClock: false }
  return { value: `${Math.floor(whole / 60)}:${String(whole % 60).padStart(2, '0')}`, isClock: true }
}

/**
 * Which of a tile's two streams are on and which one is seen. The main stream belongs to the focused tile; the
 * sub-stream stays until the main one shows a picture, and the other way round on leaving.
 */
export function streamsFor(
  wantsMain: boolean,
  main: ViewState | null,
  sub: ViewState | null,
): { main: boolean; sub: boolean; seen: 'main' | 'sub' } {
  const mainPlays = main?.phase === 'playing'
  const subPlays = sub?.phase === 'playing'
  if (wantsMain) return { main: true, sub: !mainPlays, seen: mainPlays ? 'main' : 'sub' }
  const keepsMain = mainPlays && !subPlays
  return { main: keepsMain, sub: true, seen: keepsMain ? 'main' : 'sub' }
}

/** The owner's network carries no more streams. */
export function isOverBudget(view: ViewState | null): boolean {
  return view?.trouble?.kind === 'player' && view.trouble.trouble === 'budget'
}
