/** Decides, from a seed, what cameras stand where: names, places, codes, credentials and how each is reached. */
import type { CameraSource, SharedCamera } from '../../../native/contract/camera.ts'
import type { SharedCameraOwner as CameraOwner } from '../../../native/contract/vocabulary.ts'
import type { AuthKind, Credentials } from './digest.ts'
import { type Look, looks } from './looks.ts'
import type { SoundKind } from './sound.ts'

/** A camera before it has an address. */
export interface Equipment {
  id: string
  deviceCode: string
  owner: CameraOwner
  kind: CameraSource['kind']
  look: Look
  /** Null: it has no microphone. */
  sound: SoundKind | null
  name: string
  place: string
  longitude: number
  latitude: number
  gridCode: string
  steerable: boolean
  credentials: Credentials
  auth: AuthKind
  /** Of HLS only: a token in the address instead of credentials. */
  token: string | null
  /** How far the camera's own clock is off, in ms. */
  clockOffset: number
}
export type CameraCounts = Record<CameraOwner, number>

const towns = [
  ['中仓街道', 116.662, 39.903],
  ['新华街道', 116.672, 39.912],
  ['北苑街道', 116.641, 39.906],
  ['玉桥街道', 116.676, 39.884],
  ['永顺镇', 116.68, 39.925],
  ['梨园镇', 116.668, 39.868],
  ['宋庄镇', 116.727, 39.948],
  ['张家湾镇', 116.716, 39.834],
  ['漷县镇', 116.782, 39.773],
  ['马驹桥镇', 116.573, 39.76],
  ['西集镇', 116.866, 39.807],
  ['台湖镇', 116.627, 39.835],
  ['永乐店镇', 116.789, 39.689],
  ['潞城镇', 116.748, 39.894],
  ['于家务回族乡', 116.7, 39.718],
] as const
const spots: Record<CameraOwner, readonly string[]> = {
  'public-security': ['路口东侧', '商业街中段', '站前广场', '学校门前', '医院南门', '农贸市场入口'],
  'land-bureau': ['农田高空', '河道高空', '砂石场高空', '林地高空'],
  'civil-defense': ['地下掩蔽部', '地下通道', '地下车库', '人防工程出入口'],
}
const prefixes: Record<CameraOwner, string> = { 'public-security': 'ps', 'land-bureau': 'lb', 'civil-defense': 'cd' }
/** Which source kinds an owner's cameras have, in turn. */
const kinds: Record<CameraOwner, readonly CameraSource['kind'][]> = {
  'public-security': ['rtsp', 'rtsp', 'rtsp', 'hls'],
  'land-bureau': ['onvif'],
  'civil-defense': ['hls', 'onvif', 'onvif'],
}
/** What an owner's cameras hear, in turn; HLS is sent without. */
const sounds: Record<CameraOwner, readonly (SoundKind | null)[]> = {
  'public-security': ['pcma'],
  'land-bureau': ['pcma', null, 'g726'],
  'civil-defense': ['aac'],
}
/** What sharing platforms were seen to ask for. */
const platformAuth: readonly AuthKind[] = ['digest-md5', 'digest-both', 'basic', 'digest-md5']
/** Clocks of cameras that nobody set, in ms: right, slow, fast, an hour off, a year behind. */
const clockOffsets = [0, -42_000, 7_500, 3_600_000, -31_536_000_000]

export const owners: readonly CameraOwner[] = ['public-security', 'land-bureau', 'civil-defense']

/** The same seed and counts give the same equipment. */
export function chooseEquipment(seed: number, counts: CameraCounts): Equipment[] {
  const random = seededRandom(seed)
  return owners.flatMap((owner) => Array.from({ length: counts[owner] }, (_, at) => one(owner, at, random)))
}

function one(owner: CameraOwner, at: number, random: () => number): Equipment {
  const kind = kinds[owner][at % kinds[owner].length]!
  const fitting = looks.filter((look) => look.owner === owner && look.kind === kind)
  const town = Math.floor(random() * towns.length)
  const [townName, longitude, latitude] = towns[town]!
  const spot = spots[owner][at % spots[owner].length]!
  const number = String(at + 1).padStart(3, '0')
  const hex = (length: number): string => Array.from({ length }, () => Math.floor(random() * 16).toString(16)).join('')
  return {
    id: `${prefixes[owner]}-${number}`,
    // GB/T 28181 Annex D: centre 8, industry 2, type 3 (132: network camera), network 1, serial 6.
    deviceCode: `110112${String(town + 1).padStart(2, '0')}0${owners.indexOf(owner)}1321${number.padStart(6, '0')}`,
    owner,
    kind,
    look: fitting[at % fitting.length]!,
    sound: kind === 'hls' ? null : sounds[owner][at % sounds[owner].length]!,
    name: `${townName.replace(/(街道|镇|回族乡)$/, '')}${spot}${number}`,
    place: `${townName}${spot}`,
    longitude: Number((longitude + (random() - 0.5) * 0.02).toFixed(6)),
    latitude: Number((latitude + (random() - 0.5) * 0.02).toFixed(6)),
    gridCode: `110112${String(town + 1).padStart(3, '0')}${number}`,
    steerable: owner === 'land-bureau',
    // Characters that break addresses and XML when somebody forgets to escape them (node-onvif itself refuses < and >, and splits at a colon).
    credentials: { user: 'subcenter', password: `${hex(6)}/@&=${hex(4)}` },
    auth: owner === 'public-security' && kind === 'rtsp' ? platformAuth[at % platformAuth.length]! : 'digest-md5',
    token: kind === 'hls' && owner === 'public-security' ? hex(32) : null,
    clockOffset: clockOffsets[at % clockOffsets.length]!,
  }
}

/** The camera as a hub lists it. */
export function listed(equipment: Equipment, source: CameraSource): SharedCamera {
  const { id, deviceCode, owner, name, place, longitude, latitude, gridCode, steerable } = equipment
  const credentials = equipment.token === null ? equipment.credentials : null
  return {
    id,
    deviceCode,
    owner,
    name,
    place,
    longitude,
    latitude,
    gridCode,
    steerable,
    source,
    credentials,
    version: 1,
  }
}

/** Mulberry32: small, fast and the same everywhere. */
export function seededRandom(seed: number): () => number {
  let state = seed | 0
  return () => {
    state = (state + 0x6d2b79f5) | 0
    let mixed = Math.imul(state ^ (state >>> 15), state | 1)
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32
  }
}
