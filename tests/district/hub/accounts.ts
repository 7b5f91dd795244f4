/** People's accounts at the hub: passwords hashed by scrypt, sessions, and a brake on guessing. */
import { createHash, randomBytes, scrypt, timingSafeEqual } from 'node:crypto'
import { promisify } from 'node:util'
import type { Operator } from '../../../native/contract/case.ts'
import type { Answer } from './claims.ts'
import { HubFault } from './hub-fault.ts'

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
  signOut(sessionToken: string): Answer<void>
}

export interface AccountRow extends Omit<AccountSeed, 'password' | 'subCenter'> {
  sub_center: string
  sub_center_name: string
  salt: Buffer
  hash: Buffer
}

/** Where accounts, sessions and failures are kept. */
export interface AccountRecords {
  find(account: string): Answer<AccountRow | null>
  /** An account that is there already keeps its password. */
  add(seed: AccountSeed, salt: Buffer, hash: Buffer): Answer<void>
  openSession(tokenHash: Buffer, account: string, expiresAt: number): Answer<void>
  /** Also those that expired before `now`. */
  closeSession(tokenHash: Buffer, now: number): Answer<void>
  /** Until when the account is held; 0 when it is not. */
  freeAt(account: string): Answer<number>
  /** How many failures in a row that makes. */
  countFailure(account: string): Answer<number>
  holdUntil(account: string, freeAt: number): Answer<void>
  forgetFailures(account: string): Answer<void>
}

const sessionMs = 12 * 3_600_000
const freeFailures = 5
const firstPauseMs = 30_000
const longestPauseMs = 15 * 60_000

const derive = promisify<string, Buffer, number, Buffer>(scrypt)
const hashPassword = (password: string, salt: Buffer) => derive(password.normalize('NFKC'), salt, 32)
const hashToken = (token: string) => createHash('sha256').update(token).digest()

export function createAccounts(records: AccountRecords, clock: () => number): Omit<Accounts, 'person'> {
  const nobody = { salt: randomBytes(16), hash: randomBytes(32) }

  async function openSession(account: string) {
    const sessionToken = randomBytes(32).toString('base64url')
    const expiresAt = clock() + sessionMs
    await records.openSession(hashToken(sessionToken), account, expiresAt)
    return { sessionToken, expiresAt }
  }

  return {
    async seed(seeds) {
      for (const seed of seeds) {
        if (await records.find(seed.account)) continue
        const salt = randomBytes(16)
        await records.add(seed, salt, await hashPassword(seed.password, salt))
      }
    },
    async signIn(subCenter, account, password) {
      const waitMs = (await records.freeAt(account)) - clock()
      if (waitMs > 0) throw new HubFault('throttled', `too many failures, wait ${Math.ceil(waitMs / 1000)} s`)
      const row = await records.find(account)
      // Unknown accounts cost the same time, so that the answer's delay does not tell which ones exist.
      const { salt, hash } = row ?? nobody
      const matches = timingSafeEqual(await hashPassword(password, salt), hash)
      if (!row || !matches) {
        await records.holdUntil(account, clock() + pauseAfter(await records.countFailure(account)))
        throw new HubFault('wrong-credentials', 'account or password is wrong')
      }
      await records.forgetFailures(account)
      if (row.sub_center !== subCenter) throw new HubFault('other-sub-center', `${account} belongs elsewhere`)
      const { id, name, role, sub_center_name: subCenterName } = row
      return { operator: { id, account, name, role, subCenter, subCenterName }, ...(await openSession(account)) }
    },
    signOut: (sessionToken) => records.closeSession(hashToken(sessionToken), clock()),
  }
}

/** Five failures are free; then each one doubles the pause, up to a quarter of an hour. */
function pauseAfter(failures: number): number {
  return failures < freeFailures ? 0 : Math.min(longestPauseMs, firstPauseMs * 2 ** (failures - freeFailures))
}
