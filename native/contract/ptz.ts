/** Steering a camera: who may, where it can go, and where it returns to. */
import { z } from 'zod'
import { actor, identifier, instant, line } from './case.ts'

const share = z.number().min(-1).max(1)
/** Shares of full speed: pan to the right, tilt up, zoom in. */
export const velocity = z.object({ pan: share, tilt: share, zoom: share })
export type Velocity = z.infer<typeof velocity>

/** A movement that is not asked for again within this time stops: `steering.move` is repeated every 200 ms or so while a key is held. */
export const holdMoveMs = 500

/** Token of a preset as the camera gave it. */
export const presetToken = z.string().min(1).max(64)
export const presetName = z.string().trim().min(1).max(64)

export interface Preset {
  token: string
  /** As the camera has it, Chinese included. */
  name: string
}

/** Stands for a preset where a camera does not turn: all that it ever sees. */
export const wholeView = 'whole-view'

/** A small picture of what a preset shows: JPEG, in pixels and bytes at most. */
export const presetPictureLimits = { width: 160, height: 90, bytes: 16_384 } as const
export const presetPicture = z.object({
  presetToken,
  /** Base64 of a JPEG file. */
  jpeg: z
    .base64()
    .startsWith('/9j/')
    .max(Math.ceil(presetPictureLimits.bytes / 3) * 4),
})
export interface PresetPicture extends z.infer<typeof presetPicture> {
  /** When it was taken, ms since 1970. */
  at: number
}

/** A camera in somebody's hand. */
export const lease = z.object({ workstation: line, cameraId: identifier, by: actor, until: instant })
export type Lease = z.infer<typeof lease>

/** How long a lease holds after it was last taken or used, in ms. */
export const leaseMs = 60_000

export interface LeaseState {
  leases: Lease[]
  /** This workstation's name, to tell one's own from the others'. */
  workstation: string
  /** False without the hub: then leases hold on this workstation only. */
  isShared: boolean
  /** The last lease that somebody else took from here, to tell the one who had it; null: none. */
  lost: { cameraId: string; to: Lease['by']; at: number } | null
}

/** Where the camera returns after nobody has steered it for a while. */
export const guard = z.object({ presetToken, idleSeconds: z.int().min(10).max(3_600) })
export type Guard = z.infer<typeof guard>

/** What a stick or a list of presets needs to know of one camera. */
export interface SteeringState {
  presets: Preset[]
  guard: Guard | null
  /** When it will return to the guard position, ms since 1970; null: it stands there, or there is none. */
  returnsAt: number | null
}
