/** What a tile tells the tools that lie on it: given by WallTile, taken by each tool (`useTile`). */
import { inject, type InjectionKey, type Ref, watch as follow } from 'vue'
import type { CameraRow, Profile, Watch } from '../../../native/contract/camera.ts'
import { type Shortcut, useShortcuts } from '../../composables/shortcuts.ts'
import type { ViewState } from '../../players/keep-watching.ts'

export interface TileContext {
  /** Index of the tile on the wall. */
  tile: Readonly<Ref<number>>
  /** Null while the tile is empty, its camera is no longer known, or its picture is hidden: then there is nothing for tools to do. */
  camera: Readonly<Ref<CameraRow | null>>
  /** The stated reason, where the owner asks for one. */
  reason: Readonly<Ref<string | null>>
  /** How the stream that is seen now is. */
  view: Readonly<Ref<ViewState | null>>
  /** Which of the camera's streams is seen now. */
  profile: Readonly<Ref<Profile>>
  /** The granted watch of the stream that is seen now; null while nothing plays. */
  watch: Readonly<Ref<Watch | null>>
  /** The element whose picture is seen now; its size in pixels is that of the stream. */
  video: Readonly<Ref<HTMLVideoElement | null>>
  /** The tile's area for pictures: where the pointer and the wheel are heard. */
  picture: Readonly<Ref<HTMLElement | null>>
  /** What holds the videos, exactly as large as `picture`: the only thing that digital zoom moves. */
  frame: Readonly<Ref<HTMLElement | null>>
  /** Where a tool puts (by `<Teleport>`) what lies over the picture while it is in use; itself it lets the pointer through. */
  panels: Readonly<Ref<HTMLElement | null>>
  isFocused: Readonly<Ref<boolean>>
  isActive: Readonly<Ref<boolean>>
}

export const tileKey: InjectionKey<TileContext> = Symbol('tile')

export function useTile(): TileContext {
  const tile = inject(tileKey)
  if (!tile) throw new Error('This tool stands on no tile.')
  return tile
}

/** A tool's keys: in the table of keys while its tile is the active one and shows a camera, so that they are told once and not per tile. */
export function useTileShortcuts(keys: readonly Shortcut[]): void {
  const { isActive, camera } = useTile()
  const shortcuts = useShortcuts()
  follow(
    () => isActive.value && camera.value !== null,
    (isOurs, _before, onCleanup) => {
      if (isOurs) onCleanup(shortcuts.add(keys))
    },
    { immediate: true },
  )
}
