/** People's accounts at the hub: passwords hashed by scrypt, sessions, and a brake on guessing. */
import { createHash, randomBytes, scrypt, timingSafeEqual } from 'node:crypto'
import { promisify } from 'node:util'
import type { Operator } from '../../../native/contract/case.ts'
import { HubFault } from './hub-fault.ts'
import type { StateFile } from './state-file.ts'

export interface AccountSeed {
  id: string
  account: string
  password: string
  name: string
  role: Operator['role']
  subCenter: string
}

export interface Accounts {
  /** Adds accounts that are not there yet; a known account keeps its password. */
  seed(accounts: readonly AccountSeed[]): Promise<void>
  /** Faults: `wrong-credentials`, `throttled`, `other-sub-center`. */
  signIn(
    subCenter: string,
    account: string,
    password: string,
  ): Promise<{ operator: Operator; sessionToken: string; expiresAt: number }>
  /** Who has this id in the sub-center, or null. */
  person(subCenter: string, id: string): { id: string; name: string; role: string } | null
  /** Idempotent. */
  signOut(sessionToken: string): void
}

const sessionMs = 12 * 3_600_000
const freeFailures = 5
const firstPauseMs = 30_000
const longestPauseMs = 15 * 60_000

interface AccountRow extends Omit<AccountSeed, 'password' | 'subCenter'> {
  sub_center: string
  sub_center_name: string
  salt: Buffer
  hash: Buffer
}

const derive = promisify<string, Buffer, number, Buffer>(scrypt)
const hashPassword = (password: string, salt: Buffer) => derive(password.normalize('NFKC'), salt, 32)

export function createAccounts(file: StateFile, clock: () => number): Accounts {
  const brake = createBrake(clock)
  const exists = file.prepare<[string], unknown>('SELECT 1 FROM accounts WHERE account = ?')
  const insert = file.prepare(
    'INSERT INTO accounts (account, id, name, role, sub_center, salt, hash) VALUES (?, ?, ?, ?, ?, ?, ?)',
  )
  const read = file.prepare<[string], AccountRow>(
    `SELECT accounts.*, sub_centers.name AS sub_center_name FROM accounts
     JOIN sub_centers ON sub_centers.code = accounts.sub_center WHERE account = ?`,
  )
  const byId = file.prepare<[string, string], { id: string; name: string; role: string }>(
    'SELECT id, name, role FROM accounts WHERE sub_center = ? AND id = ?',
  )
  const nobody = { salt: randomBytes(16), hash: randomBytes(32) }
  const sessions = createSessions(file, clock)

  return {
    async seed(seeds) {
      for (const { account, id, name, role, subCenter, password } of seeds) {
        if (exists.get(account)) continue
        const salt = randomBytes(16)
        insert.run(account, id, name, role, subCenter, salt, await hashPassword(password, salt))
      }
    },
    async signIn(subCenter, account, password) {
      brake.assertFree(account)
      const row = read.get(account)
      // Unknown accounts cost the same time, so that the answer's delay does not tell which ones exist.
      const { salt, hash } = row ?? nobody
      const matches = timingSafeEqual(await hashPassword(password, salt), hash)
      if (!row || !matches) {
        brake.failed(account)
        throw new HubFault('wrong-credentials', 'account or password is wrong')
      }
      brake.succeeded(account)
      if (row.sub_center !== subCenter) throw new HubFault('other-sub-center', `${account} belongs elsewhere`)
      const { id, name, role, sub_center_name: subCenterName } = row
      return { operator: { id, account, name, role, subCenter, subCenterName }, ...sessions.open(account) }
    },
    person: (subCenter, id) => byId.get(subCenter, id) ?? null,
    signOut: sessions.close,
  }
}

function createSessions(file: StateFile, clock: () => number) {
  const insert = file.prepare('INSERT INTO sessions (token_hash, account, expires_at) VALUES (?, ?, ?)')
  const remove = file.prepare('DELETE FROM sessions WHERE token_hash = ? OR expires_at < ?')
  const hashToken = (token: string) => createHash('sha256').update(token).digest()
  return {
    open(account: string) {
      const sessionToken = randomBytes(32).toString('base64url')
      const expiresAt = clock() + sessionMs
      insert.run(hashToken(sessionToken), account, expiresAt)
      return { sessionToken, expiresAt }
    },
    close(sessionToken: string): void {
      remove.run(hashToken(sessionToken), clock())
    },
  }
}

/** Five failures are free; then each one doubles the pause, up to a quarter of an hour. */
function createBrake(clock: () => number) {
  const failures = new Map<string, { count: number; freeAt: number }>()
  return {
    assertFree(account: string): void {
      const waitMs = (failures.get(account)?.freeAt ?? 0) - clock()
      if (waitMs > 0) throw new HubFault('throttled', `too many failures, wait ${Math.ceil(waitMs / 1000)} s`)
    },
    failed(account: string): void {
      const count = (failures.get(account)?.count ?? 0) + 1
      const pause = count < freeFailures ? 0 : Math.min(longestPauseMs, firstPauseMs * 2 ** (count - freeFailures))
      failures.set(account, { count, freeAt: clock() + pause })
    },
    succeeded(account: string): void {
      failures.delete(account)
    },
  }
}
