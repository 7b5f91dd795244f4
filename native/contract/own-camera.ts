/** Cameras of the sub-center's own community: what a duty leader types in, imports and exports. */
import { z } from 'zod'
import type { HealthReason } from './camera-health.ts'
import { identifier, line } from './case.ts'
import { cameraSource, heading } from './camera.ts'
import { deviceCodeProblem } from './device-code.ts'

/** At most so many cameras of its own in one sub-center. */
export const mostOwnCameras = 5_000

const credentials = z.object({ user: line.min(1), password: line })
/** `keep` leaves those that are sealed here as long as the camera stays at the same host; null: the camera wants none. */
const givenCredentials = z.union([z.literal('keep'), z.null(), credentials])

/** Control characters have no place in names: they break tables, logs and terminals. */
// eslint-disable-next-line no-control-regex
const plainLine = line.trim().regex(/^[^\u0000-\u001f\u007f]*$/)

/** User and password never stand in an address: this part of the contract has no URL reader, and `@` stands in no other authority. */
const bareSource = cameraSource.superRefine((source, context) => {
  const addresses = Object.entries(source).filter(([name]) => name.endsWith('Url') || name === 'url')
  for (const [name, address] of addresses) {
    if (/^[^/?#]*\/\/[^/?#]*@/.test(address ?? '')) {
      context.addIssue({ code: 'custom', path: [name], message: 'credentials' })
    }
  }
})

/** A camera as a duty leader describes it. `keep` is none for a new camera. */
export const ownCameraInput = z.object({
  deviceCode: z.string().superRefine((code, context) => {
    const problem = deviceCodeProblem(code)
    if (problem) context.addIssue({ code: 'custom', message: problem })
  }),
  name: plainLine.min(1),
  place: plainLine,
  longitude: z.number().min(73).max(136),
  latitude: z.number().min(3).max(54),
  heading: heading.nullable(),
  gridCode: z.string().trim().max(40),
  steerable: z.boolean(),
  source: bareSource,
  credentials: givenCredentials,
})
export type OwnCameraInput = z.infer<typeof ownCameraInput>

/** What a duty leader sees in order to change it: everything but the credentials. */
export interface OwnCamera extends Omit<OwnCameraInput, 'credentials'> {
  id: string
  hasCredentials: boolean
  /** Grows with each change; a change names the one it is based on. */
  version: number
}

export const ownCameraChange = z.object({ cameraId: identifier, version: z.int().min(1), input: ownCameraInput })

/** A camera before it is kept. `cameraId`: whose sealed credentials `keep` means; null: there are none yet. */
export const cameraTrial = z.object({
  cameraId: identifier.nullable(),
  source: bareSource,
  credentials: givenCredentials,
})
export type CameraTrial = z.infer<typeof cameraTrial>

/** `reason` null: it answers, lets us in and has pictures that can be shown. */
export interface TrialResult {
  reason: HealthReason | null
  /** How long all of it took, in ms. */
  answerMs: number
}

export const cameraFileFormat = z.enum(['csv', 'geojson'])
export type CameraFileFormat = z.infer<typeof cameraFileFormat>

/** UTF-16 units of a camera file that travel at once. */
export const cameraFilePiece = 200_000
/** UTF-16 units of a whole camera file. */
export const mostCameraFile = 6_000_000

/** Why a line of a file cannot be taken. `value`: what stands there cannot be read or is not allowed. */
export type CameraFileProblem =
  'file' | 'columns' | 'missing' | 'value' | 'device-code' | 'credentials' | 'repeated' | 'shared' | 'too-many'

export interface CameraFileComplaint {
  /** Of a CSV file the line, counted from 1 with the heading; of GeoJSON the feature, counted from 1; 0: the whole file. */
  line: number
  /** Name of the column; null when it is not about one. */
  field: string | null
  problem: CameraFileProblem
}

/** A camera that was, or would be, added or changed. */
export interface CameraFileLine {
  /** As of a complaint. */
  line: number
  deviceCode: string
  name: string
  /** What differs from what stands here; null: the camera is new. */
  differing: (keyof OwnCameraInput)[] | null
}

/** With complaints nothing was, or would be, taken. */
export interface CameraImport {
  added: number
  changed: number
  unchanged: number
  /** At most 200. */
  complaints: CameraFileComplaint[]
  /** At most 200, in the order of the file. */
  lines: CameraFileLine[]
}
