/** An expected failure: thrown anywhere in native, turned into the contract's faults at the border. */
import type { FaultCode, FaultReason } from './contract/faults.ts'

export class Fault extends Error {
  override name = 'Fault'
  readonly code: FaultCode
  readonly reason: FaultReason | undefined

  /** `message` is English, for the log; the screen has words of its own for code and reason. */
  constructor(code: FaultCode, message: string, reason?: FaultReason, cause?: unknown) {
    super(message, { cause })
    this.code = code
    this.reason = reason
  }
}
