/** How the cameras are, without watching them: the health board and each camera's log. */
import { z } from 'zod'
import { identifier } from './case.ts'

/** `unstable`: answers now, but failed lately. */
export const healthStates = ['unknown', 'online', 'unstable', 'down'] as const
export type HealthState = (typeof healthStates)[number]

/** `answer`: it answers what makes no sense. `budget`: the owner's number of streams is used up. `owner-rule`: the owner lets nobody look now. */
export const healthReasons = ['network', 'credentials', 'codec', 'answer', 'budget', 'owner-rule'] as const
export type HealthReason = (typeof healthReasons)[number]

export interface CameraHealth {
  cameraId: string
  state: HealthState
  /** Since when it is in this state; of `down` the first failure. Ms since 1970. */
  since: number
  /** Of the last failure; null while `unknown` and `online`. */
  reason: HealthReason | null
  /** When it was last asked or its stream last told; null: never. */
  checkedAt: number | null
  /** How long its last answer took, in ms; null when there was none. */
  answerMs: number | null
  /** Whether its stream told (it is being watched) or the slow round. */
  source: 'round' | 'stream'
}

export interface HealthDelta {
  put: CameraHealth[]
  removed: string[]
}

export const cameraLogKinds = [
  'online',
  'unstable',
  'down',
  'added',
  'changed',
  'lease-taken',
  'lease-taken-over',
  'preset-set',
  'preset-removed',
  'guard-set',
  'guard-returned',
  'motion',
  'tamper',
] as const
export type CameraLogKind = (typeof cameraLogKinds)[number]

/** A line of a camera's log; the last `mostLogLines` of each camera are kept. */
export interface CameraLogLine {
  id: number
  at: number
  kind: CameraLogKind
  reason: HealthReason | null
  /** Whose hand it was; null: nobody's. */
  operatorName: string | null
  /** A preset's name, an offset, ...; free of addresses and credentials. */
  detail: string
}
export const mostLogLines = 500

/** Older than `before` (an id), or the latest; 100 at a time. */
export const cameraLogQuestion = z.object({ cameraId: identifier, before: z.int().nullable() })

/** What a camera says that it has noticed (ONVIF events). */
export interface CameraNotice {
  id: string
  cameraId: string
  kind: 'motion' | 'tamper' | 'other'
  /** e.g. `RuleEngine/CellMotionDetector/Motion` */
  topic: string
  /** False: it is over. */
  isActive: boolean
  /** When it was heard here, ms since 1970: the camera's own clock may be off. */
  at: number
}
/** The topic keeps so many, newest first. */
export const mostCameraNotices = 200
/** So many cameras are listened to at once. */
export const mostFollowed = 32

export interface CameraNotices {
  notices: CameraNotice[]
  /** Cameras that are listened to, and whether they are heard. */
  followed: { cameraId: string; isHeard: boolean }[]
}
