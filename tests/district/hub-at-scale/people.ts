/** Workstations, accounts and claims in the database. A row is changed by one statement, so that processes cannot overtake each other. */
import type { Claim } from '../../../native/contract/presence.ts'
import type { Accounts, AccountRecords, AccountRow } from '../hub/accounts.ts'
import type { Claims } from '../hub/claims.ts'
import { isToken, type SubCenterOf } from '../hub/handshake.ts'
import type { Database, Transaction } from './database.ts'

type Person = NonNullable<ReturnType<Accounts['person']>>

/** By their ids. */
export async function findPeople(
  database: Database | Transaction,
  subCenter: string,
  ids: readonly string[],
): Promise<Map<string, Person>> {
  const { rows } = await database.query<Person>(
    'SELECT id, name, role FROM accounts WHERE sub_center = $1 AND id = ANY($2)',
    [subCenter, [...new Set(ids)]],
  )
  return new Map(rows.map((person) => [person.id, person]))
}

export function createSubCenterOf(database: Database): SubCenterOf {
  return async (workstation, token) => {
    // What a header brought may be anything; no workstation has such a name.
    if (workstation.includes('\0')) return null
    const { rows } = await database.query<{ sub_center: string; token_hash: Buffer }>(
      'SELECT sub_center, token_hash FROM workstations WHERE code = $1',
      [workstation],
    )
    return rows[0] && isToken(token, rows[0].token_hash) ? rows[0].sub_center : null
  }
}

export function createAccountRecords(database: Database): AccountRecords {
  const run = async (text: string, values: unknown[]) => void (await database.query(text, values))
  return {
    async find(account) {
      const { rows } = await database.query<AccountRow>(
        `SELECT accounts.*, sub_centers.name AS sub_center_name FROM accounts
         JOIN sub_centers ON sub_centers.code = accounts.sub_center WHERE account = $1`,
        [account],
      )
      return rows[0] ?? null
    },
    add: ({ account, id, name, role, subCenter }, salt, hash) =>
      run(
        `INSERT INTO accounts (account, id, name, role, sub_center, salt, hash) VALUES ($1, $2, $3, $4, $5, $6, $7)
         ON CONFLICT DO NOTHING`,
        [account, id, name, role, subCenter, salt, hash],
      ),
    openSession: (...session) =>
      run('INSERT INTO sessions (token_hash, account, expires_at) VALUES ($1, $2, $3)', session),
    closeSession: (...session) => run('DELETE FROM sessions WHERE token_hash = $1 OR expires_at < $2', session),
    async freeAt(account) {
      const { rows } = await database.query<{ free_at: number }>('SELECT free_at FROM failures WHERE account = $1', [
        account,
      ])
      return rows[0]?.free_at ?? 0
    },
    async countFailure(account) {
      const { rows } = await database.query<{ count: number }>(
        `INSERT INTO failures (account, count, free_at) VALUES ($1, 1, 0)
         ON CONFLICT (account) DO UPDATE SET count = failures.count + 1 RETURNING count`,
        [account],
      )
      return rows[0]?.count ?? 1
    },
    holdUntil: (...hold) => run('UPDATE failures SET free_at = greatest(free_at, $2) WHERE account = $1', hold),
    forgetFailures: (account) => run('DELETE FROM failures WHERE account = $1', [account]),
  }
}

export function createClaims(database: Database): Claims {
  const held = async (subCenter: string, now: number, caseId: string | null) => {
    const { rows } = await database.query<{ body: string }>(
      `SELECT body FROM claims WHERE sub_center = $1 AND until > $2 AND ($3::text IS NULL OR case_id = $3)
       ORDER BY case_id COLLATE "C"`,
      [subCenter, now, caseId],
    )
    return rows.map(({ body }) => JSON.parse(body) as Claim)
  }
  return {
    list: (subCenter, now) => held(subCenter, now, null),
    async take(subCenter, claim, now, overridden) {
      const { rowCount } = await database.query(
        `INSERT INTO claims (sub_center, case_id, workstation, until, body) VALUES ($1, $2, $3, $4, $5)
         ON CONFLICT (sub_center, case_id)
         DO UPDATE SET workstation = excluded.workstation, until = excluded.until, body = excluded.body
         WHERE claims.workstation = excluded.workstation OR claims.until <= $6
           OR (claims.body::jsonb -> 'by' ->> 'role') = ANY($7::text[])`,
        [subCenter, claim.caseId, claim.workstation, claim.until, JSON.stringify(claim), now, overridden],
      )
      if (rowCount === 1) return null
      // Given up in between: the workstation is asked to try again by the failure, which changes nothing.
      const [holder] = await held(subCenter, now, claim.caseId)
      if (!holder) throw new Error('the claim was given up while it was asked for')
      return holder
    },
    release: async (...mine) =>
      void (await database.query(
        'DELETE FROM claims WHERE sub_center = $1 AND case_id = $2 AND workstation = $3',
        mine,
      )),
  }
}
