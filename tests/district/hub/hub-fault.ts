/** A refusal that a request is answered with: `{ok: false, fault: {code, message}}`. */

export type HubFaultCode =
  | 'malformed'
  | 'unsupported'
  | 'internal'
  | 'epoch-changed'
  | 'cursor-too-old'
  | 'snapshot-unknown'
  | 'wrong-credentials'
  | 'other-sub-center'
  | 'throttled'
  | 'out-of-order'
  | 'forbidden'
  | 'unknown-recipient'
  | 'claimed'
  | 'stale'
  | 'too-large'
  | 'too-many'

export class HubFault extends Error {
  readonly code: HubFaultCode

  constructor(code: HubFaultCode, message: string) {
    super(message)
    this.code = code
  }
}
