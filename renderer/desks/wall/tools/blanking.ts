/** When a picture must not be seen: decided from the owner's rule and what is known of the room, as plain values. */
import type { CameraRow } from '../../../../native/contract/camera.ts'

/** `asked`: somebody pressed the key. `idle`: nobody has touched this workstation. `visitors`: this wall is seen by guests. */
export type BlankCause = 'asked' | 'idle' | 'visitors'

export interface RoomFacts {
  /** Everything is hidden until a person says otherwise. */
  isAsked: boolean
  /** The longest time (ms) without any input at this workstation since pictures were last let be seen. */
  idleMs: number
  /** Guests look at this window. */
  isForVisitors: boolean
}

/** Null: it may be seen. Whoever has a visitor in the room need not think of whose camera it is: asked for, every picture goes. */
export function blankCause({ blanking }: Pick<CameraRow, 'blanking'>, room: RoomFacts): BlankCause | null {
  if (room.isAsked) return 'asked'
  if (!blanking) return null
  if (room.isForVisitors) return 'visitors'
  return room.idleMs >= blanking.idleMinutes * 60_000 ? 'idle' : null
}

/** Whether bringing the pictures back wants a reason: only what comes back counts. */
export function unblankNeedsReason(cameras: readonly Pick<CameraRow, 'blanking'>[], room: RoomFacts): boolean {
  return cameras.some((camera) => {
    const cause = blankCause(camera, room)
    return cause !== null && cause !== 'visitors' && !room.isForVisitors && camera.blanking?.needsReason === true
  })
}
