/** What a tile tells the tools that lie on it: given by WallTile, taken by each tool (`useTile`). */
import { inject, type InjectionKey, type Ref } from 'vue'
import type { CameraRow, Watch } from '../../../native/contract/camera.ts'
import type { ViewState } from '../../players/keep-watching.ts'

export interface TileContext {
  /** Index of the tile on the wall. */
  tile: Readonly<Ref<number>>
  /** Null while the tile is empty, or its camera is no longer known. */
  camera: Readonly<Ref<CameraRow | null>>
  /** The stated reason, where the owner asks for one. */
  reason: Readonly<Ref<string | null>>
  /** How the stream that is seen now is. */
  view: Readonly<Ref<ViewState | null>>
  /** The granted watch of the stream that is seen now; null while nothing plays. */
  watch: Readonly<Ref<Watch | null>>
  /** The element whose picture is seen now; its size in pixels is that of the stream. */
  video: Readonly<Ref<HTMLVideoElement | null>>
  isFocused: Readonly<Ref<boolean>>
  isActive: Readonly<Ref<boolean>>
}

export const tileKey: InjectionKey<TileContext> = Symbol('tile')

export function useTile(): TileContext {
  const tile = inject(tileKey)
  if (!tile) throw new Error('This tool stands on no tile.')
  return tile
}
