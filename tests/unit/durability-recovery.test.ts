/** A damaged database: what can be read is carried over, nothing is deleted, and what was lost is said. */
import { existsSync, readFileSync, rmSync, truncateSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { createCameraRegistry } from '../../native/cameras/camera-registry.ts'
import { makeBackup } from '../../native/durability/backup-copy.ts'
import { backupFolder, openDurable } from '../../native/durability/open-durable.ts'
import { createFeedStore } from '../../native/hub/feed-store.ts'
import { StartFailure } from '../../native/start-failure.ts'
import { earlierShift, flip, lastRecovery, operationIds, partsOf, takeSteps } from './durability-parts.ts'
import { cameraAt } from './patrol-parts.ts'
import { monday, sampleHead } from './support.ts'

type Shift = ReturnType<typeof earlierShift>

const backUp = ({ options, file }: Shift) =>
  makeBackup({
    file,
    folder: backupFolder(options.dataFolder),
    key: options.key,
    cause: 'hourly',
    app: 'test',
    at: monday,
  })

const count = (database: ReturnType<typeof openDurable>, table: string) =>
  database.prepare<[], number>(`SELECT count(*) FROM ${table}`).pluck().get() ?? -1

describe('a database that is whole', () => {
  test('opens as it was, and nothing is set aside', () => {
    const { options, operations } = earlierShift()
    const database = openDurable(options)
    expect(operationIds(database)).toEqual(operations)
    expect(lastRecovery(database)).toBeNull()
    expect(existsSync(join(options.dataFolder, 'set-aside'))).toBe(false)
    database.close()
  })

  test('with a wrong key is refused and left as it is', () => {
    const { options, file } = earlierShift()
    const before = readFileSync(file)
    expect(() => openDurable({ ...options, key: 'cd'.repeat(32) })).toThrow(StartFailure)
    expect(readFileSync(file).equals(before)).toBe(true)
    expect(existsSync(join(options.dataFolder, 'set-aside'))).toBe(false)
  })

  test('of a newer console is refused and left as it is', () => {
    const { options } = earlierShift()
    const database = openDurable(options)
    database.pragma('user_version = 9999')
    database.close()
    expect(() => openDurable(options)).toThrow('newer console')
    expect(existsSync(join(options.dataFolder, 'set-aside'))).toBe(false)
  })
})

describe('a file that', () => {
  test.each([
    ['is empty', (file: string) => truncateSync(file, 0)],
    ['lost its end', (file: string) => truncateSync(file, 4096 * 40)],
    ['lost the end of a page', (file: string) => truncateSync(file, 4096 * 40 + 100)],
    ['lost its first page', (file: string) => flip(file, 100)],
    ['lost the salt of its encryption', (file: string) => flip(file, 3)],
    ['became something else', (file: string) => writeFileSync(file, '这不是数据库')],
    ['is gone', (file: string) => rmSync(file)],
  ])('%s is recovered with its backup: no operation is lost, and the old file is kept', (_name, damage) => {
    const shift = earlierShift()
    backUp(shift)
    damage(shift.file)
    const damaged = existsSync(shift.file) ? readFileSync(shift.file) : null
    const database = openDurable(shift.options)
    expect(operationIds(database)).toEqual(shift.operations)
    expect(count(database, 'cases')).toBe(60)
    expect(count(database, 'hand_overs')).toBe(200)
    const recovery = lastRecovery(database)
    expect(recovery).toMatchObject({ kind: 'damaged', backup: { id: expect.stringContaining('console-') as string } })
    if (damaged) expect(readFileSync(join(recovery?.setAside ?? '', 'console.db')).equals(damaged)).toBe(true)
    database.close()
  })

  test('lost its first page is read by what was kept of it: also what is newer than any backup', () => {
    const shift = earlierShift()
    flip(shift.file, 100)
    const database = openDurable(shift.options)
    expect(operationIds(database)).toEqual(shift.operations)
    expect(count(database, 'cases')).toBe(60)
    expect(lastRecovery(database)).toMatchObject({ backup: null })
    database.close()
  })

  test('was never opened here is refused and left as it is', () => {
    const shift = earlierShift()
    rmSync(join(shift.options.dataFolder, 'console.head'))
    writeFileSync(shift.file, '这不是数据库')
    expect(() => openDurable(shift.options)).toThrow(StartFailure)
    expect(readFileSync(shift.file, 'utf8')).toBe('这不是数据库')
  })
})

describe('what is carried over', () => {
  test('begins as a new client with number 1, takes a snapshot, and keeps the ids of its operations', () => {
    const shift = earlierShift()
    backUp(shift)
    const later = openDurable(shift.options)
    const more = takeSteps(later, ['case-10', 'case-11'], 'later')
    const before = later.prepare('SELECT client_id FROM feed_position').pluck().get()
    later.close()
    flip(shift.file, 100)
    const database = openDurable(shift.options)
    expect(operationIds(database)).toEqual([...shift.operations, ...more])
    expect(database.prepare('SELECT client_seq FROM outbox ORDER BY 1').pluck().all()).toEqual([1, 2, 3, 4, 5, 6, 7])
    const position = database.prepare('SELECT client_id, epoch, cursor FROM feed_position').get()
    expect(position).toMatchObject({ epoch: null, cursor: 0 })
    expect((position as { client_id: string }).client_id).not.toBe(before)
    expect(takeSteps(database, ['case-12'], 'next')).toHaveLength(1)
    expect(database.prepare('SELECT max(client_seq) FROM outbox').pluck().get()).toBe(8)
    database.close()
  })

  test.each([1, 2, 3])('after %i snapshots counts as unconfirmed: what the next one does not hold goes', (rounds) => {
    const shift = earlierShift()
    const feedOf = (database: ReturnType<typeof openDurable>) => {
      const cameras = createCameraRegistry(database)
      const feed = createFeedStore(database, partsOf(database).store, cameras, () => 'client-1')
      return (ids: readonly string[]) => {
        const generation = feed.beginSnapshot()
        const items = ids.flatMap((id) => [
          { kind: 'camera', camera: cameraAt(id), removed: false },
          { kind: 'case', case: sampleHead({ id, number: id }), steps: [] },
          { kind: 'document', document: { ...note, id, opId: id } },
        ])
        expect(feed.applySnapshotItems(generation, items).setAside).toEqual([])
        feed.endSnapshot(generation, 'epoch-1', 1, monday)
      }
    }
    const by = { id: 'op-1', name: '王建国', role: 'operator' }
    const note = { kind: 'note', name: '记事', version: 1, body: {}, by, at: monday }
    const before = openDurable(shift.options)
    const takeBefore = feedOf(before)
    for (let round = 0; round < rounds; round += 1) takeBefore(['stays', 'goes'])
    before.close()
    flip(shift.file, 100)
    const database = openDurable(shift.options)
    const idsOf = (table: string) =>
      database.prepare<[], string>(`SELECT id FROM ${table} WHERE id IN ('stays', 'goes') ORDER BY id`).pluck().all()
    const tables = ['cameras', 'cases', 'documents']
    expect(tables.map(idsOf)).toEqual(tables.map(() => ['goes', 'stays']))
    const takeAfter = feedOf(database)
    takeAfter(['stays'])
    expect(tables.map(idsOf)).toEqual(tables.map(() => ['stays']))
    database.close()
  })

  test('shows the cases with what was done here', () => {
    const shift = earlierShift()
    flip(shift.file, 100)
    const database = openDurable(shift.options)
    const { queries } = partsOf(database)
    expect(queries.head('case-3')).toMatchObject({ state: 'accepted' })
    expect(queries.head('case-9')).toMatchObject({ state: 'reported' })
    expect(lastRecovery(database)?.caseIds).toEqual(['case-1', 'case-2', 'case-3', 'case-4', 'case-5'])
    database.close()
  })

  test('survives being killed at any step of it: the next start goes on', () => {
    const shift = earlierShift()
    backUp(shift)
    truncateSync(shift.file, 4096 * 40)
    // A full disk, as it is told while the rows are written.
    let calls = 0
    const failing = () => {
      calls += 1
      throw Object.assign(new Error('database or disk is full'), { code: 'SQLITE_FULL' })
    }
    const orderId = () => 'order-1'
    let ids = [orderId, failing]
    const newId = () => (ids.shift() ?? (() => 'client-new'))()
    expect(() => openDurable({ ...shift.options, newId })).toThrow(StartFailure)
    expect(calls).toBe(1)
    ids = []
    const database = openDurable({ ...shift.options, newId })
    expect(operationIds(database)).toEqual(shift.operations)
    expect(lastRecovery(database)).toMatchObject({ kind: 'damaged' })
    database.close()
    const again = openDurable(shift.options)
    expect(count(again, 'recoveries')).toBe(1)
    again.close()
  })
})

/** Rows of each kind that a whole shift holds. */
const whole: Record<string, number> = { operations: 5, drafts: 1, audit: 205, 'hand-overs': 200, cases: 60 }

describe('flipped bits', () => {
  test(
    'anywhere, without a backup: unharmed, or recovered with a list that accounts for every row',
    { timeout: 120_000 },
    () => {
      const shift = earlierShift()
      const bytes = readFileSync(shift.file)
      const outcomes = { unharmed: 0, recovered: 0 }
      fc.assert(
        fc.property(
          fc.array(fc.nat({ max: bytes.length - 1 }), { minLength: 1, maxLength: 4 }),
          fc.nat({ max: 7 }),
          (offsets, bit) => {
            reset(shift, bytes)
            for (const offset of offsets) flip(shift.file, offset, 1 << bit)
            const read = readEverything(shift)
            outcomes[read.recovery ? 'recovered' : 'unharmed'] += 1
            if (!read.recovery) {
              // What an assertion returns is no verdict of the property.
              expect(read.rows).toMatchObject(whole)
              return
            }
            for (const { kind, saved, fromBackup, lost } of read.recovery.rows) {
              const expected = whole[kind]
              if (expected === undefined) continue
              // Either every row is there, or it is said that some are not.
              if (saved + fromBackup < expected) expect(lost === null || lost > 0).toBe(true)
            }
          },
        ),
        { numRuns: 25 },
      )
      expect(outcomes.recovered).toBeGreaterThan(0)
    },
  )

  test('anywhere, with a backup of the same rows: nothing is lost', { timeout: 120_000 }, () => {
    const shift = earlierShift()
    backUp(shift)
    const bytes = readFileSync(shift.file)
    fc.assert(
      fc.property(fc.array(fc.nat({ max: bytes.length - 1 }), { minLength: 1, maxLength: 4 }), (offsets) => {
        reset(shift, bytes)
        for (const offset of offsets) flip(shift.file, offset)
        const { rows } = readEverything(shift)
        expect(rows).toMatchObject({ operations: 5, drafts: 1, 'hand-overs': 200, cases: 60 })
      }),
      { numRuns: 15 },
    )
  })
})

function reset({ file, options, firstPages }: Shift, bytes: Buffer): void {
  writeFileSync(join(options.dataFolder, 'console.head'), firstPages)
  rmSync(join(options.dataFolder, 'set-aside'), { recursive: true, force: true })
  for (const ending of ['-wal', '-shm']) rmSync(file + ending, { force: true })
  writeFileSync(file, bytes)
}

/** As the program would come to read it: opening, then a copy of everything, which finds what the start did not look at. */
function readEverything(shift: Shift) {
  const folder = join(shift.options.dataFolder, 'check')
  let database = openDurable(shift.options)
  try {
    database.close()
    makeBackup({ file: shift.file, folder, key: shift.options.key, cause: 'hourly', app: 'test', at: monday })
    database = openDurable(shift.options)
  } catch (error) {
    if (!String((error as { code?: string }).code).startsWith('SQLITE_CORRUPT')) throw error
    writeOrder(shift)
    database = openDurable(shift.options)
  }
  try {
    const rows = {
      operations: count(database, 'outbox'),
      drafts: count(database, 'hand_over_notes'),
      audit: count(database, 'audit'),
      'hand-overs': count(database, 'hand_overs'),
      cases: count(database, 'cases'),
    }
    return { rows, recovery: lastRecovery(database) }
  } finally {
    database.close()
    rmSync(folder, { recursive: true, force: true })
  }
}

function writeOrder({ options }: Shift): void {
  const order = { id: 'order', at: monday + 1000, kind: 'damaged', detail: 'found while backing up' }
  writeFileSync(
    join(options.dataFolder, 'recovery.json'),
    JSON.stringify({ ...order, by: null, reason: null, backup: null }),
  )
}
