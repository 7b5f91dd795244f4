/** Backups: what they hold, what is refused, what is kept, and what a failed or killed one leaves behind. */
import { type ChildProcess, spawn } from 'node:child_process'
import { copyFileSync, existsSync, readdirSync, readFileSync, rmSync, truncateSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import fc from 'fast-check'
import { describe, expect, onTestFinished, test } from 'vitest'
import Database from 'better-sqlite3'
import {
  BackupFailure,
  copyBackup,
  makeBackup,
  removePartial,
  verifyBackup,
} from '../../native/durability/backup-copy.ts'
import { openEncrypted } from '../../native/database/encrypted.ts'
import { openDatabase } from '../../native/database/open.ts'
import { outdated, type KeptBackup } from '../../native/durability/rotation.ts'
import { earlierShift, flip, key } from './durability-parts.ts'
import { eventually, monday, temporaryFolder } from './support.ts'

const newest = 9999
const hourMs = 3_600_000

function backedUp() {
  const shift = earlierShift(20)
  const folder = join(shift.options.dataFolder, 'backups')
  const make = (at = monday) => makeBackup({ file: shift.file, folder, key, cause: 'hourly', app: 'test', at })
  return { ...shift, folder, make, manifest: make() }
}

function problemOf(act: () => unknown): string | null {
  try {
    act()
    return null
  } catch (error) {
    if (error instanceof BackupFailure) return error.problem
    throw error
  }
}

describe('a backup', () => {
  test('is encrypted with the key of its database and opens with nothing else', () => {
    const { folder, manifest } = backedUp()
    const file = join(folder, `${manifest.id}.db`)
    const bytes = readFileSync(file)
    expect(bytes.subarray(0, 15).toString('latin1')).not.toBe('SQLite format 3')
    expect(bytes.includes('垃圾桶')).toBe(false)
    const read = (open: () => Database.Database) => {
      const database = open()
      try {
        return database.prepare('SELECT count(*) FROM cases').pluck().get()
      } finally {
        database.close()
      }
    }
    expect(() => read(() => new Database(file, { readonly: true }))).toThrow('not a database')
    expect(() => read(() => openEncrypted(file, 'cd'.repeat(32), { readonly: true }))).toThrow('not a database')
    expect(read(() => openEncrypted(file, key, { readonly: true }))).toBe(20)
  })

  test('holds what was committed and not yet written out of the log, while the database is in use', () => {
    const { file, folder } = backedUp()
    const database = openDatabase(file, key)
    onTestFinished(() => void database.close())
    database.prepare("INSERT INTO audit (at, operator_id, action, subject) VALUES (1, 'a', 'late', 'x')").run()
    const manifest = makeBackup({ file, folder, key, cause: 'hourly', app: 'test', at: monday + 1000 })
    expect(manifest.counts).toMatchObject({ outbox: 5, cases: 20, audit: 206, hand_overs: 200 })
    expect(manifest).toMatchObject({ clientId: 'client-1', epoch: 'epoch-1', cursor: 20 })
    expect(verifyBackup(folder, manifest.id, key, newest)).toEqual(manifest)
  })

  test(
    'with any bit flipped, in the file or its manifest, does not stand up to verification',
    { timeout: 60_000 },
    () => {
      const { folder, manifest } = backedUp()
      const file = join(folder, `${manifest.id}.db`)
      const beside = join(folder, `${manifest.id}.json`)
      const bytes = { file: readFileSync(file), beside: readFileSync(beside) }
      fc.assert(
        fc.property(
          fc.constantFrom('file' as const, 'beside' as const),
          fc.double({ min: 0, max: 1, noNaN: true }),
          fc.nat({ max: 6 }),
          (which, at, bit) => {
            writeFileSync(file, bytes.file)
            writeFileSync(beside, bytes.beside)
            // The last byte of a manifest is the end of its line.
            flip(which === 'file' ? file : beside, Math.floor(at * (bytes[which].length - 2)), 1 << bit)
            expect(problemOf(() => verifyBackup(folder, manifest.id, key, newest))).toMatch(
              /changed|no-manifest|foreign-manifest/,
            )
          },
        ),
        { numRuns: 60 },
      )
    },
  )

  test('is refused with what is wrong: cut short, without manifest, of another key, of another backup, of a newer console', () => {
    const { folder, manifest, make } = backedUp()
    const other = make(monday + hourMs)
    const of = (id: string, ending: string) => join(folder, `${id}.${ending}`)
    expect(problemOf(() => verifyBackup(folder, manifest.id, 'cd'.repeat(32), newest))).toBe('foreign-manifest')
    expect(problemOf(() => verifyBackup(folder, manifest.id, key, manifest.schema - 1))).toBe('newer')
    copyFileSync(of(manifest.id, 'json'), of(other.id, 'json'))
    expect(problemOf(() => verifyBackup(folder, other.id, key, newest))).toBe('changed')
    truncateSync(of(manifest.id, 'db'), 8192)
    expect(problemOf(() => verifyBackup(folder, manifest.id, key, newest))).toBe('changed')
    truncateSync(of(manifest.id, 'db'), 0)
    expect(problemOf(() => verifyBackup(folder, manifest.id, key, newest))).toBe('changed')
    rmSync(of(manifest.id, 'json'))
    expect(problemOf(() => verifyBackup(folder, manifest.id, key, newest))).toBe('no-manifest')
  })

  test('whose rows are not those of its manifest is refused though every byte is as announced', () => {
    const { folder, manifest } = backedUp()
    const database = openEncrypted(join(folder, `${manifest.id}.db`), key)
    database.exec('DELETE FROM outbox WHERE client_seq = 3')
    database.close()
    expect(problemOf(() => verifyBackup(folder, manifest.id, key, newest))).toBe('changed')
  })

  test('of a damaged database is none, and says so', () => {
    const { file, folder } = backedUp()
    const pages = readFileSync(file).length / 4096
    for (let page = 8; page < pages; page += 3) flip(file, page * 4096 + 50)
    const before = readdirSync(folder)
    expect(() => makeBackup({ file, folder, key, cause: 'hourly', app: 'test', at: monday + hourMs })).toThrow(
      'malformed',
    )
    expect(readdirSync(folder)).toEqual(before)
  })

  test('copied to a second folder is the same there', () => {
    const { folder, manifest } = backedUp()
    const second = join(temporaryFolder(), 'other-disk')
    copyBackup(folder, second, manifest, key)
    expect(verifyBackup(second, manifest.id, key, newest)).toEqual(manifest)
    expect(readdirSync(second)).toHaveLength(2)
  })
})

describe('a backup that does not come to its end', () => {
  test(
    'killed at any moment leaves the earlier ones, and nothing that could be taken for one',
    { timeout: 60_000 },
    async () => {
      const { file, folder, manifest } = backedUp()
      const database = openDatabase(file, key)
      fillMore(database)
      database.close()
      for (const wait of [0, 1, 2, 3]) {
        const child = startBackup(file, folder)
        await eventually(() => existsSync(join(folder, 'console.partial')))
        for (let turn = 0; turn < wait; turn += 1) await new Promise((resolve) => setTimeout(resolve, 15))
        child.kill('SIGKILL')
        await new Promise((resolve) => child.once('exit', resolve))
        const whole = readdirSync(folder).filter((name) => name.endsWith('.db'))
        for (const name of whole)
          expect(problemOf(() => verifyBackup(folder, name.slice(0, -3), key, newest))).toBeNull()
        expect(whole).toContain(`${manifest.id}.db`)
      }
      removePartial(folder)
      expect(readdirSync(folder).filter((name) => name.endsWith('.partial'))).toEqual([])
    },
  )

  test('for want of room says so and leaves the earlier ones', { timeout: 30_000 }, async () => {
    const { file, folder, manifest } = backedUp()
    const database = openDatabase(file, key)
    fillMore(database)
    database.close()
    // No file of this process may grow beyond 4 MiB: to a program the same as a disk that is full.
    const child = startBackup(file, folder, ['bash', '-c', `trap '' XFSZ; ulimit -f 4096; exec "$0" "$@"`])
    let told = ''
    child.stderr?.on('data', (text: Buffer) => (told += text.toString()))
    expect(await new Promise((resolve) => child.once('exit', resolve))).not.toBe(0)
    expect(told).toMatch(/SQLITE_(FULL|IOERR)/)
    expect(readdirSync(folder).toSorted()).toEqual([`${manifest.id}.db`, `${manifest.id}.json`])
    expect(problemOf(() => verifyBackup(folder, manifest.id, key, newest))).toBeNull()
  })
})

function fillMore(database: ReturnType<typeof openDatabase>): void {
  const insert = database.prepare('INSERT INTO feed_set_aside (epoch, seq, at, reason, raw) VALUES (?, ?, 0, ?, ?)')
  database.transaction(() => {
    for (let seq = 0; seq < 20_000; seq += 1) insert.run('e', seq, 'too long', 'x'.repeat(1_000))
  })()
}

/** A process of its own, because a thread cannot be killed like one. */
function startBackup(file: string, folder: string, before: string[] = []): ChildProcess {
  const task = JSON.stringify({ file, folder, key, cause: 'hourly', app: 'test', at: monday + hourMs })
  const module = new URL('../../native/durability/backup-copy.ts', import.meta.url).href
  const script = `import { makeBackup } from '${module}'; for (;;) makeBackup(${task})`
  const [program = '', ...values] = [...before, process.execPath, '--input-type=module', '--eval', script]
  const child = spawn(program, values, { stdio: ['ignore', 'ignore', 'pipe'] })
  onTestFinished(() => void child.kill('SIGKILL'))
  return child
}

describe('rotation', () => {
  const backup = (at: number, changes: Partial<KeptBackup> = {}): KeptBackup => ({
    ...{ id: `b-${at}`, at, bytes: 10, isGood: true, isBeforeMigration: false },
    ...changes,
  })
  const left = (backups: KeptBackup[], mostBytes = Infinity) => {
    const gone = new Set(outdated(backups, mostBytes))
    return backups.filter(({ id }) => !gone.has(id))
  }

  test('keeps 24 hours, 7 days and 4 weeks of a program that ran for two months', () => {
    const backups = Array.from({ length: 60 * 24 }, (_, hour) => backup(monday + hour * hourMs))
    const kept = left(backups)
    expect(kept.at(-1)).toEqual(backups.at(-1))
    expect(kept.length).toBeLessThanOrEqual(35)
    expect(kept.length).toBeGreaterThanOrEqual(29)
    expect((backups.at(-1)?.at ?? 0) - (kept[0]?.at ?? 0)).toBeGreaterThan(14 * 24 * hourMs)
  })

  test('whatever lies there: the newest good one stays, the bound holds for the others, and a second look removes nothing more', () => {
    const some = fc.record({
      at: fc.integer({ min: 0, max: 90 * 24 }),
      bytes: fc.nat({ max: 100 }),
      isGood: fc.boolean(),
      isBeforeMigration: fc.boolean(),
    })
    fc.assert(
      fc.property(
        fc.uniqueArray(some, { selector: ({ at }) => at, maxLength: 60 }),
        fc.nat({ max: 500 }),
        (made, most) => {
          const backups = made.map(({ at, ...rest }) => backup(at * hourMs, rest))
          const kept = left(backups, most)
          const good = backups.filter(({ isGood }) => isGood).toSorted((one, other) => other.at - one.at)
          if (good[0]) expect(kept).toContain(good[0])
          const bytes = kept.reduce((sum, each) => sum + each.bytes, 0)
          if (kept.length > 1) expect(bytes).toBeLessThanOrEqual(most)
          expect(left(kept, most)).toEqual(kept)
        },
      ),
    )
  })
})
