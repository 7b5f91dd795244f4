/** The district's simulated cameras, of three owners and three kinds, on real protocols and one machine. */
import type { Camera, CameraSource } from '../../../native/contract/camera.ts'
import { type LoadedLook, loadLook } from './clips.ts'
import { openGate } from './digest.ts'
import type { EncodeOptions } from './encode.ts'
import { type CameraCounts, chooseEquipment, type Equipment, listed } from './equipment.ts'
import type { FaultKind } from './faults.ts'
import type { Look } from './looks.ts'
import { startPacer } from './pacer.ts'
import { openRtspServer, type RtspCamera, type RtspServer } from './rtsp-server.ts'
import type { StartPoint } from './rtsp-viewer.ts'

export interface CameraParkOptions {
  host: string
  seed: number
  /** Where encoded clips are kept between runs; the first run takes some 15 s of two cores. */
  cacheFolder: string
  count: CameraCounts
  /** Aborting closes the park too. */
  signal: AbortSignal
  log: (message: string) => void
  /** 0 (usual) for any free port. */
  rtspPort?: number
  httpPort?: number
  /** Where pictures begin after PLAY; `next-key` unless told. */
  start?: StartPoint
  /** RTSP sessions without a sign of life end after this; 60 unless told. */
  sessionSeconds?: number
  /** Milliseconds since 1970; the wall clock unless told. */
  now?: () => number
}

export interface CameraPark {
  cameras: Camera[]
  rtspPort: number
  /** Lets a camera fail in this way from now on; null heals it. Throws for an unknown camera. */
  fault: (cameraId: string, kind: FaultKind | null) => void
  viewers: RtspServer['viewers']
  close: () => Promise<void>
}

/** How many looks are encoded at once. */
const encoders = 2

export async function openCameraPark(options: CameraParkOptions): Promise<CameraPark> {
  const now = options.now ?? Date.now
  const equipment = chooseEquipment(options.seed, options.count)
  const loaded = await loadLooks(equipment, options)
  const faults = new Map<string, FaultKind>()
  const faultOf = (id: string): FaultKind | null => faults.get(id) ?? null
  const streams = rtspCameras(equipment, loaded)
  await using stack = new AsyncDisposableStack()
  const rtsp = await openRtspServer({
    host: options.host,
    port: options.rtspPort ?? 0,
    camera: (id) => streams.get(id),
    faultOf,
    start: options.start ?? 'next-key',
    sessionSeconds: options.sessionSeconds ?? 60,
    now,
    log: options.log,
  })
  stack.defer(() => rtsp.close())
  const pacing = new AbortController()
  stack.defer(() => pacing.abort())
  startPacer({ now, signal: pacing.signal, onFrame: rtsp.tick })
  const open = stack.move()
  const close = (): Promise<void> => open.disposeAsync()
  options.signal.addEventListener('abort', () => void close(), { once: true })
  return {
    cameras: equipment.map((one) => listed(one, sourceOf(one, options.host, rtsp.port))),
    rtspPort: rtsp.port,
    fault(cameraId, kind) {
      if (!equipment.some(({ id }) => id === cameraId)) throw new Error(`no such camera: ${cameraId}`)
      if (kind) faults.set(cameraId, kind)
      else faults.delete(cameraId)
      if (kind === 'reboot') rtsp.drop(cameraId)
    },
    viewers: rtsp.viewers,
    close,
  }
}

async function loadLooks(equipment: Equipment[], options: EncodeOptions): Promise<Map<Look, LoadedLook>> {
  const wanted = [...new Set(equipment.map(({ look }) => look))]
  const loaded = new Map<Look, LoadedLook>()
  const work = async (): Promise<void> => {
    for (let look = wanted.shift(); look; look = wanted.shift()) loaded.set(look, await loadLook(look, options))
  }
  await Promise.all(Array.from({ length: encoders }, work))
  return loaded
}

function rtspCameras(equipment: Equipment[], loaded: Map<Look, LoadedLook>): Map<string, RtspCamera> {
  const cameras = new Map<string, RtspCamera>()
  for (const { id, auth, credentials, look } of equipment) {
    const clips = loaded.get(look)?.clips
    if (clips) cameras.set(id, { id, gate: openGate(auth, credentials, false), clips })
  }
  return cameras
}

function sourceOf({ id, kind }: Equipment, host: string, rtspPort: number): CameraSource {
  const base = `rtsp://${host}:${rtspPort}/${id}`
  if (kind === 'rtsp') return { kind, mainUrl: `${base}/main`, subUrl: `${base}/sub` }
  return { kind: 'rtsp', mainUrl: `${base}/main`, subUrl: `${base}/sub` }
}
