/** Shapes of a camera: as the hub lists it and as the wall asks to watch it. */
import { z } from 'zod'
import { identifier, line } from './case.ts'
import { type CameraOwner, sharedCameraOwner } from './vocabulary.ts'

/** Where pictures come from. `gb28181` is reserved. Credentials arrive sealed from the hub and never leave native. */
export const cameraSource = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('onvif'), deviceUrl: z.url({ protocol: /^https?$/ }).max(500) }),
  z.object({
    kind: z.literal('rtsp'),
    mainUrl: z.url({ protocol: /^rtsp$/ }).max(500),
    subUrl: z
      .url({ protocol: /^rtsp$/ })
      .max(500)
      .nullable(),
  }),
  z.object({ kind: z.literal('hls'), url: z.url({ protocol: /^https?$/ }).max(500) }),
])
export type CameraSource = z.infer<typeof cameraSource>

/** Where it looks: degrees clockwise from north. */
export const heading = z.number().min(0).lt(360)

/** A camera as the hub sends it. */
export const camera = z.object({
  id: identifier,
  /** 20-digit device code (GB/T 28181 Annex D). */
  deviceCode: z.string().regex(/^\d{20}$/),
  owner: sharedCameraOwner,
  name: line,
  place: line,
  longitude: z.number().min(-180).max(180),
  latitude: z.number().min(-90).max(90),
  heading: heading.nullish(),
  gridCode: z.string().max(40),
  steerable: z.boolean(),
  source: cameraSource,
  credentials: z.object({ user: line, password: line }).nullable(),
  version: z.int().min(1),
})
export type SharedCamera = z.infer<typeof camera>
/** A camera of the registry: the hub's, or one of the sub-center's own. */
export interface Camera extends Omit<SharedCamera, 'owner'> {
  owner: CameraOwner
}

/**
 * What an owner asks of a wall that others may see: its pictures are hidden after so many minutes without any input at the workstation, and
 * always on a wall for visitors; coming back needs a reason or a person only.
 */
export interface Blanking {
  idleMinutes: number
  needsReason: boolean
}

/** What the renderer may know of a camera: no address, no credentials. */
export interface CameraRow {
  id: string
  deviceCode: string
  owner: Camera['owner']
  name: string
  place: string
  longitude: number
  latitude: number
  /** Degrees clockwise from north; absent when unknown. */
  heading?: number
  gridCode: string
  steerable: boolean
  sourceKind: CameraSource['kind']
  /** Absent when its owner asks for none. */
  blanking?: Blanking
}

export const profile = z.enum(['main', 'sub'])
export type Profile = z.infer<typeof profile>

/** Asks to watch a camera. Public-security cameras need `reason`; every watch is recorded. */
export const watchRequest = z.object({
  cameraId: identifier,
  profile,
  reason: z.string().trim().min(2).max(200).nullable(),
})
export type WatchRequest = z.infer<typeof watchRequest>

/** A granted watch: `access-units` is opened on the media wire by `watchId`, `hls` is played from `path` on the media origin. */
export type Watch =
  | {
      watchId: string
      player: 'access-units'
      /** The owner lets its last minute be kept: see `recentPath`. */ isKept: boolean
    }
  | { watchId: string; player: 'hls'; /** e.g. `/hls/ID/index.m3u8` */ path: string }

/** One picture of a watched camera, for pages that cannot play it. Times in ms since 1970 by this workstation's clock. */
export interface StillPicture {
  /** JPEG in base64. */
  picture: string
  askedAt: number
  receivedAt: number
}

/**
 * The media gateway on loopback, e.g. `http://127.0.0.1:40123`. `token` goes into the WebSocket's sub-protocol list
 * (`['media', token]`) and into `Authorization: Bearer` for HLS, never into an address.
 */
export interface MediaAccess {
  origin: string
  token: string
}
