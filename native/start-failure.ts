/** The console cannot start: what happened, what was kept and what to do, in both languages. */

export type StartFailureCode =
  | 'configuration'
  | 'key-missing'
  | 'key-unreadable'
  | 'wrong-key'
  | 'not-a-database'
  | 'newer-database'
  | 'storage'
  | 'in-use'

export class StartFailure extends Error {
  override name = 'StartFailure'
  readonly code: StartFailureCode
  /** For the screen. */
  readonly chinese: string

  /** `english` is for the log. */
  constructor(code: StartFailureCode, chinese: string, english: string, cause?: unknown) {
    super(english, { cause })
    this.code = code
    this.chinese = chinese
  }
}
