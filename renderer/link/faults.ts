/** The one place where anything that failed becomes a fault, and a fault becomes the key of its words. */
import { ORPCError } from '@orpc/client'
import { type FaultCode, faultCodes, type FaultData, type FaultReason } from '../../native/contract/faults.ts'

/** `workstation-lost`: the native program itself did not answer, so nothing is known of the hub. */
export type LocalReason = 'workstation-lost'

export interface Fault {
  code: FaultCode
  reason: FaultReason | LocalReason | null
}

/** Every reason there are words for. A new one in the contract does not compile until it stands here. */
const reasons: Record<FaultReason | LocalReason, true> = {
  'signed-out': true,
  role: true,
  'wrong-credentials': true,
  'reason-required': true,
  'other-sub-center': true,
  'not-answered': true,
  'not-an-export': true,
  'pass-phrase': true,
  'export-damaged': true,
  'camera-unreachable': true,
  'camera-unauthorized': true,
  'camera-answer': true,
  'camera-codec': true,
  'device-code-taken': true,
  'lease-held': true,
  'lease-needed': true,
  'not-steerable': true,
  'evidence-empty': true,
  'evidence-too-large': true,
  'evidence-type': true,
  'evidence-checksum': true,
  'snapshot-for-a-case': true,
  'sound-forbidden': true,
  'nothing-kept': true,
  'picture-unknown': true,
  'attached-already': true,
  claimed: true,
  'storage-full': true,
  'storage-corrupt': true,
  'work-under-way': true,
  'backup-unfit': true,
  'backup-failed': true,
  'not-yours': true,
  'too-many': true,
  timeout: true,
  'workstation-lost': true,
}
export const faultReasons = Object.keys(reasons) as (FaultReason | LocalReason)[]

/** Carries a fault that arose on this side of the link. */
export class FaultError extends Error {
  override name = 'FaultError'
  readonly fault: Fault
  constructor(fault: Fault) {
    super(`${fault.code}${fault.reason ? ` (${fault.reason})` : ''}`)
    this.fault = fault
  }
}

function isFaultCode(code: unknown): code is FaultCode {
  return faultCodes.some((known) => known === code)
}

function knownReason(data: unknown): Fault['reason'] {
  const reason = (data as FaultData | null | undefined)?.reason
  return reason !== undefined && Object.hasOwn(reasons, reason) ? reason : null
}

/** Reads what a call or a topic threw. Whatever is not one of the contract's faults is `internal`. */
export function readFault(thrown: unknown): Fault {
  if (thrown instanceof FaultError) return thrown.fault
  if (thrown instanceof ORPCError) {
    if (isFaultCode(thrown.code)) return { code: thrown.code, reason: knownReason(thrown.data) }
    // What the RPC library itself says of an input that the contract refuses.
    return { code: thrown.code === 'BAD_REQUEST' ? 'invalid' : 'internal', reason: null }
  }
  const name = (thrown as Error | null)?.name
  if (name === 'AbortError') return { code: 'cancelled', reason: null }
  if (name === 'TimeoutError') return { code: 'offline', reason: 'timeout' }
  return { code: 'internal', reason: null }
}

/** Asking again cannot help until something else changes: who is signed in, or what is asked. */
export function isFinal(fault: Fault): boolean {
  return fault.code === 'forbidden' || fault.code === 'not-found' || fault.code === 'invalid'
}

/** Key of the sentence for a fault: the reason's when there is one, else the code's. */
export function faultWords(fault: Fault): string {
  return fault.reason ? `faults.reason.${fault.reason}` : `faults.code.${fault.code}`
}
