/** Expected failures. Native throws them with a code, the renderer turns codes into words. */
export const faultCodes = ['invalid', 'conflict', 'offline', 'forbidden', 'not-found', 'cancelled', 'internal'] as const
export type FaultCode = (typeof faultCodes)[number]

/** Narrower reasons a screen has words for; `code` alone is enough to act on. */
export type FaultReason =
  | 'signed-out'
  | 'role'
  | 'wrong-credentials'
  | 'reason-required'
  | 'other-sub-center'
  | 'not-answered'
  | 'not-an-export'
  | 'pass-phrase'
  | 'export-damaged'
  | 'camera-unreachable'
  | 'camera-unauthorized'
  | 'camera-answer'
  | 'camera-codec'
  | 'device-code-taken'
  | 'lease-held'
  | 'lease-needed'
  | 'not-steerable'
  | 'evidence-empty'
  | 'evidence-too-large'
  | 'evidence-type'
  | 'evidence-checksum'
  | 'snapshot-for-a-case'
  | 'sound-forbidden'
  | 'nothing-kept'
  | 'picture-unknown'
  | 'attached-already'
  | 'claimed'
  | 'storage-full'
  | 'storage-corrupt'
  | 'work-under-way'
  | 'backup-unfit'
  | 'backup-failed'
  | 'not-yours'
  | 'too-many'
  | 'timeout'

/** Travels as the `data` of an ORPCError whose `code` is the fault code. */
export interface FaultData {
  reason?: FaultReason
}
