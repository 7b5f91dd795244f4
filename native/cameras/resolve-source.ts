/** Finds the address that a camera's pictures are played from. */
import type { Logger } from 'pino'
import type { Clock } from '../clock.ts'
import type { Camera, Profile } from '../contract/camera.ts'
import { Fault } from '../fault.ts'
import type { ResolvedSource } from '../media/media-unit.ts'
import { openOnvifDevice } from './onvif-device.ts'
import { chooseProfile } from './video-profiles.ts'

export interface ResolveOptions {
  signal: AbortSignal
  clock: Clock
  log: Logger
}

/** Throws `Fault`: `offline` (camera-unreachable, camera-unauthorized, camera-answer, camera-codec, timeout) or `cancelled`. */
export async function resolveSource(
  camera: Camera,
  profile: Profile,
  options: ResolveOptions,
): Promise<ResolvedSource> {
  const { source } = camera
  if (source.kind !== 'onvif') return bareSource(camera, profile)
  const device = await openOnvifDevice({ ...options, deviceUrl: source.deviceUrl, credentials: camera.credentials })
  try {
    const profiles = await device.profiles()
    const chosen = chooseProfile(profiles, profile)
    if (!chosen) {
      const offered = [...new Set(profiles.map(({ encoding }) => encoding))].join(', ') || 'no video'
      throw new Fault('offline', `the camera offers ${offered.slice(0, 80)}, not H.264 or H.265`, 'camera-codec')
    }
    return withCredentials('rtsp', await device.streamUrl(chosen.token), camera.credentials)
  } finally {
    device.close()
  }
}

/** Of a camera whose address is known without asking it. */
export function bareSource(
  { source, credentials }: Pick<Camera, 'source' | 'credentials'>,
  profile: Profile,
): ResolvedSource {
  if (source.kind === 'hls') return withCredentials('hls', source.url, credentials)
  if (source.kind === 'onvif') throw new Error('an ONVIF camera has to be asked')
  const url = profile === 'sub' ? (source.subUrl ?? source.mainUrl) : source.mainUrl
  return withCredentials('rtsp', url, credentials)
}

/** User and password written into an address are taken out of it; those given apart win. */
function withCredentials(kind: ResolvedSource['kind'], address: string, given: Camera['credentials']): ResolvedSource {
  const url = new URL(address)
  const written = url.username === '' ? null : { user: decoded(url.username), password: decoded(url.password) }
  url.username = ''
  url.password = ''
  return { kind, url: url.href, credentials: given ?? written }
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text)
  } catch {
    return text
  }
}
