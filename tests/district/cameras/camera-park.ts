/** The district's simulated cameras, of three owners and three kinds, on real protocols and one machine. */
import type { SharedCamera as Camera } from '../../../native/contract/camera.ts'
import { assemble, discoverable, sourceOf } from './assemble.ts'
import { type LoadedLook, loadLook } from './clips.ts'
import { type Discovery, openDiscovery } from './discovery.ts'
import type { EncodeOptions } from './encode.ts'
import { type CameraCounts, chooseEquipment, type Equipment, listed } from './equipment.ts'
import type { FaultKind } from './faults.ts'
import { createHlsService } from './hls-server.ts'
import { openHttpFront } from './http-front.ts'
import type { Look } from './looks.ts'
import type { EventSource } from './onvif/event-operations.ts'
import type { PtzHead } from './onvif/ptz-head.ts'
import { startPacer } from './pacer.ts'
import { openRtspServer, type RtspServer } from './rtsp-server.ts'
import type { StartPoint } from './rtsp-viewer.ts'
import { loadSounds } from './sound.ts'

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
  /** UDP port for WS-Discovery, 3702 unless told; null leaves it out. */
  discoveryPort?: number | null
  /** Where pictures begin after PLAY; `next-key` unless told. */
  start?: StartPoint
  /** RTSP cameras that send H.265 instead of H.264, by id; the first run takes some time more to encode for them. */
  h265?: readonly string[]
  /** RTSP sessions without a sign of life end after this; 60 unless told. */
  sessionSeconds?: number
  /** Milliseconds since 1970; the wall clock unless told. */
  now?: () => number
}

export interface CameraPark {
  cameras: Camera[]
  rtspPort: number
  httpPort: number
  /** Null when it could not be opened or was not wanted. */
  discovery: Pick<Discovery, 'port' | 'networks'> | null
  /** Lets a camera fail in this way from now on; null heals it. Throws for an unknown camera. */
  fault: (cameraId: string, kind: FaultKind | null) => void
  /** Lets an RTSP camera forget the nonce that its clients log in with, as many do every hour. */
  renewNonce: (cameraId: string) => void
  /** Who is playing now over RTSP. */
  viewers: RtspServer['viewers']
  /** Where a steerable camera points, and its presets; null for others. */
  head: (cameraId: string) => Pick<PtzHead, 'status' | 'presets'> | null
  /** What an ONVIF camera notices; null for others. */
  events: (cameraId: string) => Pick<EventSource, 'raise' | 'forget'> | null
  close: () => Promise<void>
}

/** How many looks are encoded at once. */
const encoders = 2

export async function openCameraPark(options: CameraParkOptions): Promise<CameraPark> {
  const { host, log } = options
  const now = options.now ?? Date.now
  const equipment = withH265(chooseEquipment(options.seed, options.count), options.h265 ?? [])
  const loaded = await loadLooks(equipment, options)
  const kinds = equipment.map(({ sound }) => sound)
  const sounds = await loadSounds(kinds, options)
  const faults = createFaultSwitches(equipment, now)
  const addresses = { host, rtspPort: 0, httpPort: 0 }
  const served = assemble(equipment, loaded, sounds, () => addresses, now)

  await using stack = new AsyncDisposableStack()
  const rtsp = await openRtspServer({
    host,
    port: options.rtspPort ?? 0,
    camera: (id) => served.rtsp.get(id),
    faultOf: faults.of,
    start: options.start ?? 'next-key',
    sessionSeconds: options.sessionSeconds ?? 60,
    now,
    log,
  })
  stack.defer(() => rtsp.close())
  const hls = createHlsService({ camera: (id) => served.hls.get(id), faultSince: faults.since, now })
  const services = {
    hls,
    onvif: (id: string, request: Parameters<typeof hls>[1]) => served.onvif.get(id)?.(request) ?? null,
  }
  const http = await openHttpFront({ host, port: options.httpPort ?? 0, services, faultOf: faults.of, log })
  stack.defer(() => http.close())
  addresses.rtspPort = rtsp.port
  addresses.httpPort = http.port

  const port = options.discoveryPort === undefined ? 3702 : options.discoveryPort
  const devices = discoverable(equipment, addresses, now)
  const discovery = port === null ? null : await openDiscovery({ devices, port, log })
  if (discovery) stack.defer(() => discovery.close())
  const pacing = new AbortController()
  stack.defer(() => pacing.abort())
  startPacer({ now, signal: pacing.signal, onFrame: rtsp.tick })

  options.signal.throwIfAborted()
  const open = stack.move()
  const close = (): Promise<void> => open.disposeAsync()
  options.signal.addEventListener('abort', () => void close(), { once: true })
  return {
    cameras: equipment.map((one) => listed(one, sourceOf(one, addresses))),
    rtspPort: rtsp.port,
    httpPort: http.port,
    discovery,
    fault(cameraId, kind) {
      faults.set(cameraId, kind)
      if (kind === 'reboot') rtsp.drop(cameraId)
      if (kind === 'moved') rtsp.lead(cameraId)
    },
    renewNonce: (cameraId) => served.rtsp.get(cameraId)?.gate.renew(),
    viewers: rtsp.viewers,
    head: (cameraId) => served.heads.get(cameraId) ?? null,
    events: (cameraId) => served.events.get(cameraId) ?? null,
    close,
  }
}

interface FaultSwitches {
  of: (id: string) => FaultKind | null
  since: (id: string) => { kind: FaultKind; at: number } | null
  set: (id: string, kind: FaultKind | null) => void
}

function createFaultSwitches(equipment: Equipment[], now: () => number): FaultSwitches {
  const faults = new Map<string, { kind: FaultKind; at: number }>()
  return {
    of: (id) => faults.get(id)?.kind ?? null,
    since: (id) => faults.get(id) ?? null,
    set(id, kind) {
      if (!equipment.some((one) => one.id === id)) throw new Error(`no such camera: ${id}`)
      if (kind) faults.set(id, { kind, at: now() })
      else faults.delete(id)
    },
  }
}

/** Cameras of one look go on sharing it. */
function withH265(equipment: Equipment[], ids: readonly string[]): Equipment[] {
  const looks = new Map<Look, Look>()
  return equipment.map((one) => {
    if (!ids.includes(one.id)) return one
    if (one.kind !== 'rtsp') throw new Error(`${one.id} is no RTSP camera`)
    const look = looks.get(one.look) ?? { ...one.look, codec: 'h265' }
    looks.set(one.look, look)
    return { ...one, look }
  })
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
