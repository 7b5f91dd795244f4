/** Where an ONVIF camera's still pictures are, and fetching one of them: from the camera's own host only, with its credentials. */
import type { Logger } from 'pino'
import type { Clock } from '../clock.ts'
import type { Camera, Profile } from '../contract/camera.ts'
import { Fault } from '../fault.ts'
import { HlsUpstream } from '../media/hls-upstream.ts'
import { within } from '../media/limits.ts'
import { StreamFailure } from '../media/media-unit.ts'
import { cameraFault, lateFault } from './camera-answer.ts'
import { openOnvifDevice } from './onvif-device.ts'
import { chooseProfile } from './video-profiles.ts'

export interface StillSource {
  /** One JPEG. Throws `Fault`: `offline` with a reason, or `cancelled`. */
  fetch(signal: AbortSignal): Promise<Buffer>
}

interface Options {
  signal: AbortSignal
  clock: Clock
  log: Logger
}

const doing = 'still picture'
const pictureMs = 5_000
const mostPictureBytes = 3_000_000

/** Throws `Fault`: `invalid` (no still pictures), `offline` with a reason, or `cancelled`. */
export async function findStills(camera: Camera, profile: Profile, options: Options): Promise<StillSource> {
  const { source, credentials } = camera
  if (source.kind !== 'onvif') throw new Fault('invalid', 'only ONVIF cameras give still pictures')
  const device = await openOnvifDevice({ ...options, deviceUrl: source.deviceUrl, credentials })
  try {
    const token = chooseProfile(await device.profiles(), profile)?.token
    if (token === undefined) throw new Fault('invalid', 'the camera has no profile to show')
    const url = await device.snapshotUrl(token).catch((fault: Fault) => {
      // Snapshots are optional in ONVIF.
      throw fault.reason === 'camera-answer' ? new Fault('invalid', 'the camera gives no still pictures') : fault
    })
    const isOwnHost = new URL(url).hostname === new URL(source.deviceUrl).hostname
    if (!isOwnHost) throw new Fault('invalid', 'the still pictures are on another host')
    return stillSource(url, credentials, options.clock)
  } finally {
    device.close()
  }
}

function stillSource(url: string, credentials: Camera['credentials'], clock: Clock): StillSource {
  const upstream = new HlsUpstream({ kind: 'hls', url, credentials })
  return {
    async fetch(signal) {
      const cut = new AbortController()
      const all = AbortSignal.any([signal, cut.signal])
      try {
        const work = fetchPicture(upstream, new URL(url), all)
        return await within(work, { clock, limit: pictureMs, signal, late: () => lateFault(doing) })
      } catch (error) {
        if (signal.aborted) throw new Fault('cancelled', 'nobody waits for the picture any more')
        throw faultOf(error)
      } finally {
        cut.abort()
      }
    },
  }
}

async function fetchPicture(upstream: HlsUpstream, address: URL, signal: AbortSignal): Promise<Buffer> {
  const { response } = await upstream.fetch(address, null, signal)
  const pieces: Uint8Array[] = []
  let size = 0
  if (!response.ok) await response.body?.cancel()
  else
    for await (const piece of response.body ?? []) {
      pieces.push(piece as Uint8Array)
      size += (piece as Uint8Array).byteLength
      if (size > mostPictureBytes) break
    }
  const picture = Buffer.concat(pieces)
  // The start and end marks of ITU-T T.81 annex B; some cameras pad behind the end.
  const isWhole =
    picture.subarray(0, 3).equals(Buffer.of(0xff, 0xd8, 0xff)) &&
    picture.lastIndexOf('\xff\xd9', undefined, 'latin1') > 0
  if (response.ok && size <= mostPictureBytes && isWhole) return picture
  throw cameraFault(new Error(`no JPEG in ${size} bytes`), doing, response.status)
}

function faultOf(error: unknown): Fault {
  if (!(error instanceof StreamFailure)) return cameraFault(error, doing, null)
  const { trouble, message } = error
  if (trouble === 'unauthorized') return new Fault('offline', `${doing}: ${message}`, 'camera-unauthorized', error)
  const reason = trouble === 'unreachable' ? 'camera-unreachable' : 'camera-answer'
  return new Fault('offline', `${doing}: ${message}`, reason, error)
}
