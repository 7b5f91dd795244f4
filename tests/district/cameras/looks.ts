/** The few pictures that all simulated cameras share: whose they look like, and how the pretended encoder is set. */
import type { CameraSource } from '../../../native/contract/camera.ts'
import type { SharedCameraOwner as CameraOwner } from '../../../native/contract/vocabulary.ts'
import type { SceneName } from './scenes.ts'

export type VideoCodec = 'h264' | 'h265'

export interface Look {
  scene: SceneName
  owner: CameraOwner
  kind: CameraSource['kind']
  /** Drawn into the picture when a Chinese font is there. */
  label: string
  /** Frames from one key frame to the next. */
  keyInterval: number
  /** Loop index of the first key frame: spreads the key frames of different looks over time. */
  keyPhase: number
  /** Slices of a picture; several are what some encoders make, and clients must group them. */
  slices: number
  /** H.264 unless told. */
  codec?: 'h265'
}

const usual = { keyInterval: 30, slices: 1 }
/** One segment a second. */
const segmented = { kind: 'hls', keyInterval: 15, slices: 1 } as const

export const looks: readonly Look[] = [
  { ...usual, scene: 'crossroad', owner: 'public-security', kind: 'rtsp', label: '公安共享 路口', keyPhase: 0 },
  { ...usual, scene: 'marketStreet', owner: 'public-security', kind: 'rtsp', label: '公安共享 商业街', keyPhase: 11, slices: 4 }, // prettier-ignore
  { ...segmented, scene: 'stationSquare', owner: 'public-security', label: '公安共享 站前广场', keyPhase: 4 },
  { ...usual, scene: 'fields', owner: 'land-bureau', kind: 'onvif', label: '国土高空 农田', keyPhase: 19 },
  { ...usual, scene: 'river', owner: 'land-bureau', kind: 'onvif', label: '国土高空 河道', keyPhase: 26 },
  { ...usual, scene: 'tunnel', owner: 'civil-defense', kind: 'onvif', label: '民防 地下通道', keyPhase: 7 },
  { ...usual, scene: 'garage', owner: 'civil-defense', kind: 'onvif', label: '民防 地下车库', keyPhase: 15 },
  { ...segmented, scene: 'shelter', owner: 'civil-defense', label: '民防 人员掩蔽', keyPhase: 9 },
]

export interface ProfileShape {
  width: number
  height: number
  /** Bits a second. */
  bitrate: number
}
export const profileShapes = {
  main: { width: 1280, height: 720, bitrate: 1_500_000 },
  sub: { width: 640, height: 360, bitrate: 500_000 },
} satisfies Record<'main' | 'sub', ProfileShape>
