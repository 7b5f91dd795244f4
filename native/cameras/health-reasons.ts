/** What goes wrong with a stream or a question, as a reason of a camera's health. Pure. */
import type { HealthReason } from '../contract/camera-health.ts'
import type { StreamTrouble } from '../contract/media-wire.ts'
import { Fault } from '../fault.ts'
import { StreamFailure } from '../media/media-unit.ts'

const faultReasons: Record<string, HealthReason> = {
  'camera-unreachable': 'network',
  'camera-unauthorized': 'credentials',
  'camera-codec': 'codec',
  timeout: 'network',
}

export function failureReason(error: unknown): HealthReason {
  if (error instanceof StreamFailure) return troubleReason(error.trouble) ?? 'network'
  return (error instanceof Fault ? faultReasons[error.reason ?? ''] : undefined) ?? 'answer'
}

const troubles: Record<StreamTrouble, HealthReason | null> = {
  unreachable: 'network',
  'no-media': 'network',
  'closed-by-camera': 'network',
  unauthorized: 'credentials',
  refused: 'answer',
  unsupported: 'codec',
  budget: 'budget',
  // Not the camera's doing.
  overload: null,
  'unknown-watch': null,
}

/** What a stream's trouble says of its camera; null: nothing. */
export function troubleReason(trouble: StreamTrouble): HealthReason | null {
  return troubles[trouble]
}
