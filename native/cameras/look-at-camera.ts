/** One short look at a camera without playing it: does it answer, does it let us in, does it have pictures that can be shown. */
import type { Logger } from 'pino'
import type { Clock } from '../clock.ts'
import type { HealthReason } from '../contract/camera-health.ts'
import type { Camera } from '../contract/camera.ts'
import { HlsUpstream } from '../media/hls-upstream.ts'
import { within } from '../media/limits.ts'
import { StreamFailure } from '../media/media-unit.ts'
import { RtspConnection } from '../media/rtsp-connection.ts'
import { parseSessionDescription } from '../media/sdp.ts'
import { failureReason } from './health-reasons.ts'
import { openOnvifDevice } from './onvif-device.ts'
import { bareSource } from './resolve-source.ts'
import { chooseProfile } from './video-profiles.ts'

export interface LookOptions {
  /** True: also whether it lets us in and what it can show, which costs it more. */
  isThorough: boolean
  clock: Clock
  log: Logger
  signal: AbortSignal
}

/** All that is needed of a camera in order to look at it. */
type Looked = Pick<Camera, 'source' | 'credentials'>

/** For each question, in ms. */
const answerMs = 5_000
const mostManifestBytes = 200_000
const playable = ['H264', 'H265']

/** Null: it is well. Rejects only when nobody waits any more. */
export async function lookAtCamera(camera: Looked, options: LookOptions): Promise<HealthReason | null> {
  try {
    const looks = { onvif: lookByOnvif, rtsp: lookByRtsp, hls: lookByHls }
    return await looks[camera.source.kind](camera, options)
  } catch (error) {
    options.signal.throwIfAborted()
    return failureReason(error)
  }
}

async function lookByOnvif(camera: Looked, options: LookOptions): Promise<HealthReason | null> {
  if (camera.source.kind !== 'onvif') return null
  const { deviceUrl } = camera.source
  const device = await openOnvifDevice({ ...options, deviceUrl, credentials: camera.credentials, requestMs: answerMs })
  try {
    if (!options.isThorough) return null
    return chooseProfile(await device.profiles(), 'sub') ? null : 'codec'
  } finally {
    device.close()
  }
}

async function lookByRtsp(camera: Looked, { isThorough, clock, signal }: LookOptions): Promise<HealthReason | null> {
  const { url, credentials } = bareSource(camera, 'sub')
  const connection = new RtspConnection({
    ...{ url: new URL(url), credentials, clock, answerMs },
    onFrame: () => undefined,
    onRedirect: () => undefined,
  })
  const cut = () => connection.fail(new StreamFailure('closed-by-camera', 'nobody waits'))
  signal.addEventListener('abort', cut, { once: true })
  try {
    await connection.open()
    const options = await connection.request('OPTIONS', url)
    if (options.status >= 500) return 'answer'
    if (!isThorough) return null
    const described = await connection.request('DESCRIBE', url, { Accept: 'application/sdp' })
    // The camera is elsewhere now: the stream will follow it there.
    if (described.status >= 300 && described.status < 400) return null
    const session = described.status === 200 ? parseSessionDescription(Buffer.from(described.body).toString()) : null
    if (!session) return 'answer'
    return session.videos.some(({ encoding }) => playable.includes(encoding)) ? null : 'codec'
  } finally {
    signal.removeEventListener('abort', cut)
    connection.close(null)
  }
}

/** HEAD is what few of these servers answer well: the list itself is small. */
async function lookByHls(camera: Looked, { clock, signal }: LookOptions): Promise<HealthReason | null> {
  const source = bareSource(camera, 'sub')
  const cut = new AbortController()
  const asked = async () => {
    const all = AbortSignal.any([signal, cut.signal])
    const { response } = await new HlsUpstream(source).fetch(new URL(source.url), null, all)
    const text = await readStart(response)
    return response.ok && text.startsWith('#EXTM3U') ? null : ('answer' as const)
  }
  const late = () => new StreamFailure('unreachable', 'the list does not come in time')
  try {
    return await within(asked(), { clock, limit: answerMs, signal, late })
  } finally {
    cut.abort()
  }
}

async function readStart(response: Response): Promise<string> {
  const decoder = new TextDecoder()
  let text = ''
  for await (const chunk of response.body ?? []) {
    text += decoder.decode(chunk as Uint8Array, { stream: true })
    if (text.length > mostManifestBytes) break
  }
  return text.replace(/^\uFEFF/, '').trimStart()
}
