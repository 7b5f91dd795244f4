/** Accounts in the state file; failures are counted in memory, because one process serves everybody. */
import { type Accounts, type AccountRecords, type AccountRow, createAccounts } from './accounts.ts'
import type { StateFile } from './state-file.ts'

export function openAccounts(file: StateFile, clock: () => number): Accounts {
  const byId = file.prepare<[string, string], { id: string; name: string; role: string }>(
    'SELECT id, name, role FROM accounts WHERE sub_center = ? AND id = ?',
  )
  return {
    ...createAccounts({ ...createRecords(file), ...createFailures() }, clock),
    person: (subCenter, id) => byId.get(subCenter, id) ?? null,
  }
}

function createRecords(file: StateFile): Pick<AccountRecords, 'find' | 'add' | 'openSession' | 'closeSession'> {
  const insert = file.prepare(
    'INSERT OR IGNORE INTO accounts (account, id, name, role, sub_center, salt, hash) VALUES (?, ?, ?, ?, ?, ?, ?)',
  )
  const read = file.prepare<[string], AccountRow>(
    `SELECT accounts.*, sub_centers.name AS sub_center_name FROM accounts
     JOIN sub_centers ON sub_centers.code = accounts.sub_center WHERE account = ?`,
  )
  const open = file.prepare('INSERT INTO sessions (token_hash, account, expires_at) VALUES (?, ?, ?)')
  const close = file.prepare('DELETE FROM sessions WHERE token_hash = ? OR expires_at < ?')
  return {
    find: (account) => read.get(account) ?? null,
    add: ({ account, id, name, role, subCenter }, salt, hash) =>
      void insert.run(account, id, name, role, subCenter, salt, hash),
    openSession: (...session) => void open.run(...session),
    closeSession: (...session) => void close.run(...session),
  }
}

function createFailures(): Pick<AccountRecords, 'freeAt' | 'countFailure' | 'holdUntil' | 'forgetFailures'> {
  const failures = new Map<string, { count: number; freeAt: number }>()
  return {
    freeAt: (account) => failures.get(account)?.freeAt ?? 0,
    countFailure(account) {
      const count = (failures.get(account)?.count ?? 0) + 1
      failures.set(account, { count, freeAt: 0 })
      return count
    },
    holdUntil: (account, freeAt) => void Object.assign(failures.get(account) ?? {}, { freeAt }),
    forgetFailures: (account) => void failures.delete(account),
  }
}
