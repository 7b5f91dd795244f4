/** Cameras that answer on the networks of this workstation, and what one of them says of itself. */
import { z } from 'zod'
import { cameraSource } from './camera.ts'
import { identifier, line } from './case.ts'

export interface FoundDevice {
  /** The device's own name for itself, stable over restarts and addresses, e.g. `urn:uuid:…`. */
  endpoint: string
  /** Where its device service answers, best first. */
  deviceUrls: string[]
  /** Of its scopes; empty where it does not say. */
  name: string
  place: string
  hardware: string
  isSteerable: boolean
  /** The camera of the registry that has this address; null: none. */
  cameraId: string | null
}

/** One address of one network card. */
export interface SearchedNetwork {
  /** e.g. `eth0` */
  card: string
  address: string
  /** e.g. `10.1.2.0/24` */
  range: string
  /** Why nothing could be asked there, in English for the technician; null: it was asked. */
  problem: string | null
  found: FoundDevice[]
}

/** The same device may be found on several networks. Whoever no longer follows the topic ends the search. */
export interface DiscoveryState {
  isRunning: boolean
  networks: SearchedNetwork[]
}

/** A device before it is a camera, or a camera of the registry with what is kept about it. */
export const deviceQuestion = z.union([
  z.object({ cameraId: identifier }),
  z.object({
    deviceUrl: cameraSource.options[0].shape.deviceUrl,
    credentials: z.object({ user: line.min(1), password: line }).nullable(),
  }),
])
export type DeviceQuestion = z.infer<typeof deviceQuestion>

/** What a device says of itself. Addresses carry no credentials. */
export interface DeviceSheet {
  manufacturer: string
  model: string
  firmware: string
  serial: string
  /** Its clock minus this workstation's in ms, to a second; null when it does not tell. */
  clockOffsetMs: number | null
  profiles: { token: string; name: string; encoding: string; width: number; height: number; isSteerable: boolean }[]
  isSteerable: boolean
  hasMedia2: boolean
  hasEvents: boolean
  hasSnapshots: boolean
}
