/** The closed and open word lists of the domain; Chinese words for them live in renderer/locales. */
import { z } from 'zod'

/** Where a case comes from. The hub may know newer channels: unknown ones are kept and shown as they are. */
export const channels = [
  'field-handset',
  'self-found',
  'video-patrol',
  'hotline-12345',
  'wechat',
  'city-platform',
  'district-supervisor',
  'department',
  'leader',
] as const
export type Channel = (typeof channels)[number]

/** The states of a case's life. Closed: a state nobody knows cannot be worked. */
export const caseStates = [
  'reported',
  'accepted',
  'rejected',
  'duplicate',
  'filed',
  'dispatched',
  'handling',
  'suspended',
  'resolved',
  'checked',
  'escalated',
  'closed',
] as const
export const caseState = z.enum(caseStates)
export type CaseState = z.infer<typeof caseState>

/** States in which nothing more is expected of the sub-center; everything else is open. */
export const endedStates: readonly CaseState[] = ['rejected', 'duplicate', 'closed']

/** What a step did to the case. */
export const stepKinds = [
  'report',
  'accept',
  'reject',
  'duplicate',
  'file',
  'self-handle',
  'dispatch',
  'start',
  'return',
  'request-extension',
  'extend',
  'request-suspension',
  'suspend',
  'refuse-request',
  'resume',
  'resolve',
  'check-pass',
  'check-fail',
  'close',
  'reopen',
  'escalate',
  'supervise',
  'request-decision',
  'give-decision',
  'consult',
  'call-back',
  'remark',
] as const
export const stepKind = z.enum(stepKinds)
export type StepKind = z.infer<typeof stepKind>

export const urgencies = ['normal', 'urgent', 'critical'] as const
export const urgency = z.enum(urgencies)

export const roles = ['operator', 'duty-leader', 'section-chief', 'administrator'] as const
export const role = z.enum(roles)
export type Role = z.infer<typeof role>

/** Who may act on a case: the console's roles, and those who act elsewhere and reach us through the hub. */
export const actorRoles = [
  ...roles,
  'grid-member',
  'auxiliary',
  'station',
  'department',
  'joint-duty-team',
  'supervisor',
  'district',
  'leader',
  'hotline',
  'wechat',
  'city-platform',
] as const
export type ActorRole = (typeof actorRoles)[number]

/** Whose camera it is; each owner has viewing rules of its own. */
export const cameraOwners = ['public-security', 'land-bureau', 'civil-defense', 'own-community'] as const
export type CameraOwner = (typeof cameraOwners)[number]
/** Those who share theirs through the hub; the community's own are kept at the sub-center. */
export const sharedCameraOwner = z.enum(cameraOwners).exclude(['own-community'])
export type SharedCameraOwner = z.infer<typeof sharedCameraOwner>
