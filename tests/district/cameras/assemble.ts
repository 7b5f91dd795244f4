/** Puts equipment, clips and addresses together into what each protocol's server serves. */
import { createHash } from 'node:crypto'
import type { CameraSource, Profile } from '../../../native/contract/camera.ts'
import { type LoadedLook, snapshotAt } from './clips.ts'
import { openGate } from './digest.ts'
import type { Discoverable } from './discovery.ts'
import type { Equipment } from './equipment.ts'
import { hlsCamera, type HlsCamera } from './hls-server.ts'
import { frameNumberAt } from './loop.ts'
import type { Look } from './looks.ts'
import { createOnvifDevice, type OnvifDevice } from './onvif/device.ts'
import { type DeviceFacts, scopes } from './onvif/device-operations.ts'
import { createEventSource, type EventSource } from './onvif/event-operations.ts'
import { createPtzHead, type PtzHead } from './onvif/ptz-head.ts'
import type { RtspCamera } from './rtsp-server.ts'
import type { Sound, SoundKind } from './sound.ts'

/** Where the park's servers listen. */
export interface Addresses {
  host: string
  rtspPort: number
  httpPort: number
}
/** Addresses are asked for when a request needs them, since servers open after this. */
export type AddressesOf = () => Addresses

export interface Assembly {
  rtsp: Map<string, RtspCamera>
  hls: Map<string, HlsCamera>
  onvif: Map<string, OnvifDevice>
  heads: Map<string, PtzHead>
  events: Map<string, EventSource>
}

const presetNames = ['全景', '村口道路', '东侧地块', '河道堆场', '出入口']
const makers = { 'public-security': '公安共享平台', 'land-bureau': '国土高空', 'civil-defense': '民防工程' }

export function assemble(
  equipment: Equipment[],
  looks: Map<Look, LoadedLook>,
  sounds: Map<SoundKind, Sound>,
  addresses: AddressesOf,
  now: () => number,
): Assembly {
  const assembly: Assembly = { rtsp: new Map(), hls: new Map(), onvif: new Map(), heads: new Map(), events: new Map() }
  for (const one of equipment) {
    const loaded = looks.get(one.look)
    if (!loaded) throw new Error(`the clip of ${one.look.scene} is missing`)
    const { id, auth, credentials, token } = one
    if (one.kind === 'hls') {
      const gate = openGate(token === null ? 'basic' : 'none', credentials, false)
      assembly.hls.set(id, hlsCamera(loaded, gate, token))
    } else if (loaded.clips) {
      const sound = (one.sound && sounds.get(one.sound)) ?? null
      assembly.rtsp.set(id, { id, gate: openGate(auth, credentials, false), clips: loaded.clips, sound })
    }
    if (one.kind !== 'onvif') continue
    const head = one.steerable ? createPtzHead(presetNames, now) : null
    if (head) assembly.heads.set(id, head)
    const events = createEventSource(() => `${onvifBase(id, addresses())}/events_service`, now)
    assembly.events.set(id, events)
    assembly.onvif.set(id, device(one, loaded, { head, events }, addresses, now))
  }
  return assembly
}

function device(
  one: Equipment,
  loaded: LoadedLook,
  parts: { head: PtzHead | null; events: EventSource },
  addresses: AddressesOf,
  now: () => number,
): OnvifDevice {
  return createOnvifDevice({
    facts: {
      ...facts(one, addresses, now),
      streamUrl: (profile) => streamUrl(one.id, profile, addresses()),
      snapshotUrl: () => `${onvifBase(one.id, addresses())}/snapshot.jpg`,
      keyInterval: one.look.keyInterval,
    },
    credentials: one.credentials,
    gate: openGate('digest-md5', one.credentials, true),
    ...parts,
    snapshot: () => snapshotAt(loaded, frameNumberAt(now())),
  })
}

function facts(one: Equipment, addresses: AddressesOf, now: () => number): DeviceFacts {
  return {
    manufacturer: makers[one.owner],
    model: one.steerable ? 'PTZ-7240' : 'BOX-2120',
    serial: `TZ${one.deviceCode}`,
    name: one.name,
    place: one.place,
    steerable: one.steerable,
    address: (service) => `${onvifBase(one.id, addresses())}/${service}_service`,
    cameraNow: () => now() + one.clockOffset,
  }
}

function onvifBase(id: string, { host, httpPort }: Addresses): string {
  return `http://${host}:${httpPort}/onvif/${id}`
}

function streamUrl(id: string, profile: Profile, { host, rtspPort }: Addresses): string {
  return `rtsp://${host}:${rtspPort}/${id}/${profile}`
}

/** The camera's source as the hub lists it. */
export function sourceOf({ id, kind, token }: Equipment, addresses: Addresses): CameraSource {
  const { host, httpPort } = addresses
  switch (kind) {
    case 'rtsp':
      return { kind, mainUrl: streamUrl(id, 'main', addresses), subUrl: streamUrl(id, 'sub', addresses) }
    case 'hls': {
      const query = token === null ? '' : `?token=${token}`
      return { kind, url: `http://${host}:${httpPort}/hls/${id}/index.m3u8${query}` }
    }
    case 'onvif':
      return { kind, deviceUrl: `${onvifBase(id, addresses)}/device_service` }
  }
}

/** What discovery tells of the ONVIF cameras. */
export function discoverable(equipment: Equipment[], addresses: Addresses, now: () => number): Discoverable[] {
  return equipment
    .filter(({ kind }) => kind === 'onvif')
    .map((one) => {
      const hash = createHash('sha256').update(one.deviceCode).digest('hex')
      const known = facts(one, () => addresses, now)
      const uuid = [
        hash.slice(0, 8),
        hash.slice(8, 12),
        `5${hash.slice(13, 16)}`,
        `8${hash.slice(17, 20)}`,
        hash.slice(20, 32),
      ]
      return { uuid: uuid.join('-'), scopes: scopes(known), address: known.address('device') }
    })
}
