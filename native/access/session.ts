/** Who is signed in at this workstation. One place, so that a second factor and offline sign-in can come here. */
import type { Database } from 'better-sqlite3'
import type { Clock } from '../clock.ts'
import type { Operator } from '../contract/case.ts'
import { Fault } from '../fault.ts'
import { type HubLink, HubRefusal } from '../hub/hub-link.ts'
import { done, signedIn } from '../hub/protocol.ts'
import { createEmitter, type Signal } from '../signal.ts'
import type { RecordAudit } from './audit.ts'

export interface Session {
  /** Null when nobody is signed in or the session has run out. */
  current(): Operator | null
  /** Throws the fault `forbidden` (signed-out) when there is nobody. */
  require(): Operator
  changed: Signal<void>
  /** Aborts when the operator who is signed in now no longer is: what is shown to them ends with it. */
  scope(): AbortSignal
  /**
   * Faults: `offline`, `forbidden` (wrong-credentials, other-sub-center). Whoever is signed in stays so until it has
   * succeeded; `accept` may throw before it counts.
   */
  signIn(account: string, password: string, accept?: (operator: Operator) => void): Promise<Operator>
  signOut(): Promise<void>
  close(): void
}

interface Stored {
  operator: string
  token: string
  expiresAt: number
}

export interface SessionOptions {
  database: Database
  link: HubLink
  /** The sub-center that this workstation belongs to; null until the hub has said so. */
  subCenter: () => string | null
  recordAudit: RecordAudit
  clock: Clock
}

/** A timer of Node holds no more than 31 bits. */
const longestSleepMs = 2 ** 31 - 1

/** The session outlives a restart, also while the hub is down, until sign-out or the hour the hub gave it. */
export function createSession({ database, link, subCenter, recordAudit, clock }: SessionOptions): Session {
  const changed = createEmitter<void>()
  const read = database.prepare<[], Stored>('SELECT operator, token, expires_at AS expiresAt FROM operator_session')
  const keep = database.prepare(
    'INSERT OR REPLACE INTO operator_session (only, operator, token, expires_at) VALUES (1, ?, ?, ?)',
  )
  const forget = database.prepare('DELETE FROM operator_session')
  // Read once: `current` is asked with every command.
  let stored = read.get() ?? null
  let operator: Operator | null = stored && (JSON.parse(stored.operator) as Operator)

  let scope = new AbortController()
  const changeOperator = () => {
    scope.abort()
    scope = new AbortController()
    changed.emit()
    void endInTime(scope.signal)
  }
  /** What is shown ends with the session also when nobody signs out. */
  async function endInTime(signal: AbortSignal): Promise<void> {
    try {
      while (stored && stored.expiresAt > clock.now()) {
        await clock.sleep(Math.min(stored.expiresAt - clock.now(), longestSleepMs), signal)
      }
      if (!stored) return
      stored = null
      operator = null
      changeOperator()
    } catch {
      // Somebody else signed in, or the program ends.
    }
  }
  if (stored && stored.expiresAt > clock.now()) void endInTime(scope.signal)

  /** The hub forgets a token when it can be told; the workstation has forgotten it already. */
  const forgetAtHub = ({ token }: Stored) =>
    link.request('account.signOut', { sessionToken: token }, done, 2_000).catch(() => null)

  const current = () => (stored && stored.expiresAt > clock.now() ? operator : null)
  return {
    current,
    require() {
      const operator = current()
      if (!operator) throw new Fault('forbidden', 'nobody is signed in', 'signed-out')
      return operator
    },
    changed,
    scope: () => scope.signal,
    async signIn(account, password, accept) {
      const answer = await link.request('account.signIn', { account, password }, signedIn).catch((error: unknown) => {
        if (!(error instanceof HubRefusal)) throw error
        throw new Fault('forbidden', `the hub refused ${account}: ${error.code}`, 'wrong-credentials')
      })
      const home = subCenter()
      if (home !== null && answer.operator.subCenter !== home) {
        throw new Fault('forbidden', `${account} belongs to ${answer.operator.subCenter}`, 'other-sub-center')
      }
      accept?.(answer.operator)
      const leaving = stored
      operator = answer.operator
      stored = { operator: JSON.stringify(operator), token: answer.sessionToken, expiresAt: answer.expiresAt }
      keep.run(stored.operator, stored.token, stored.expiresAt)
      recordAudit({ operatorId: operator.id, action: 'session.signed-in', subject: operator.account, reason: null })
      changeOperator()
      if (leaving) void forgetAtHub(leaving)
      return operator
    },
    async signOut() {
      const leaving = stored
      if (operator) {
        recordAudit({ operatorId: operator.id, action: 'session.signed-out', subject: operator.account, reason: null })
      }
      forget.run()
      stored = null
      operator = null
      changeOperator()
      if (leaving) await forgetAtHub(leaving)
    },
    close: () => scope.abort(),
  }
}
