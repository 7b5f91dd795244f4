/** The whole native program: one to a data folder, backed up every hour, restored in place, recovered while it runs. */
import { spawn } from 'node:child_process'
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, onTestFinished, test } from 'vitest'
import { holdDataFolder } from '../../native/database/single-writer.ts'
import { openDurability } from '../../native/durability/durability.ts'
import {
  fillCases,
  keepNotes,
  key,
  lastRecovery,
  numbered,
  operationIds,
  operator,
  partsOf,
  takeSteps,
} from './durability-parts.ts'
import { manualClock } from './duty-clock.ts'
import { eventually, monday, silent, temporaryFolder } from './support.ts'

const hourMs = 3_600_000
const workerUrl = new URL('../../native/durability/backup-worker.ts', import.meta.url)

const newId = numbered('id')

function openFolder(dataFolder: string, clock = manualClock(monday), secondFolder: string | null = null) {
  const durability = openDurability({
    ...{ dataFolder, key: () => key, secondFolder, retentionYears: 3, workerUrl, newId },
    ...{ clock, log: silent },
  })
  partsOf(durability.database, durability.cases)
  const audit: string[] = []
  const backups = durability.start(
    ({ action }) => void audit.push(action),
    () => undefined,
  )
  let isOpen = true
  const close = () => {
    if (isOpen) durability.close()
    isOpen = false
  }
  onTestFinished(close)
  return { ...durability, backups, audit, clock, close }
}

const rows = ({ backups }: ReturnType<typeof openFolder>) => backups.state().rows
const idle = (open: ReturnType<typeof openFolder>) => eventually(() => open.backups.state().work === null)

describe('a data folder', () => {
  test('that a program has open is refused to another one, in words that say whose it is', () => {
    const folder = temporaryFolder()
    openFolder(folder)
    expect(() => openFolder(folder)).toThrow(/in use by another console: .+ \(process \d+\) since 2026-11-23 09:00:00/)
  })

  test('is free again when its program was killed', async () => {
    const folder = temporaryFolder()
    const module = new URL('../../native/database/single-writer.ts', import.meta.url).href
    const script = `import { holdDataFolder } from '${module}'; holdDataFolder(${JSON.stringify(folder)}, 'kiosk.ts', ${monday}); console.log('held'); setInterval(() => {}, 1000)`
    const child = spawn(process.execPath, ['--input-type=module', '--eval', script], {
      stdio: ['ignore', 'pipe', 'inherit'],
    })
    onTestFinished(() => void child.kill('SIGKILL'))
    await new Promise((resolve) => child.stdout.once('data', resolve))
    expect(() => holdDataFolder(folder, 'child.js', monday)).toThrow(`kiosk.ts (process ${child.pid})`)
    child.kill('SIGKILL')
    await new Promise((resolve) => child.once('exit', resolve))
    holdDataFolder(folder, 'child.js', monday).close()
  })
})

describe('backups', () => {
  test('are made every hour, twice where there is a second folder, and rotated', async () => {
    const [folder, second] = [temporaryFolder(), join(temporaryFolder(), 'share')]
    const open = openFolder(folder, manualClock(monday), second)
    for (let hour = 0; hour < 3; hour += 1) {
      await open.clock.advance(hourMs)
      await eventually(() => rows(open).length === 2 * (hour + 1))
      await idle(open)
    }
    expect(rows(open).map(({ place, check, cause }) => [place, check.state, cause])).toEqual(
      Array.from({ length: 3 }, () => ['data', 'second'].map((place) => [place, 'verified', 'hourly'])).flat(),
    )
    expect(readdirSync(second)).toHaveLength(6)
    expect(open.backups.state()).toMatchObject({ failure: null, work: null, lastGoodAt: expect.any(Number) as number })
  })

  test('go on in the data folder while the second folder cannot be written', async () => {
    const folder = temporaryFolder()
    const second = join(folder, 'a-file')
    writeFileSync(second, '')
    const open = openFolder(folder, manualClock(monday), second)
    expect(await open.backups.now(operator)).toMatchObject({ place: 'data', check: { state: 'verified' } })
    expect(open.backups.state().failure).toMatchObject({ place: 'second' })
  })

  test('one at a time', async () => {
    const open = openFolder(temporaryFolder())
    const first = open.backups.now(operator)
    await expect(open.backups.now(operator)).rejects.toMatchObject({ code: 'conflict', reason: 'work-under-way' })
    await first
  })

  test('are taken before an older database is brought up to date', () => {
    const folder = temporaryFolder()
    const first = openFolder(folder)
    first.database.exec('DROP TABLE recoveries; DROP TABLE retired_cases; DROP TABLE case_totals')
    first.database.exec('DROP TABLE imported_operations; DROP TABLE outages; DROP TABLE outage_cases')
    first.database.pragma('user_version = 8')
    first.close()
    // It cannot be brought up to date from there: what counts is that a copy exists before anything was tried.
    expect(() => openFolder(folder)).toThrow()
    expect(readdirSync(join(folder, 'backups')).some((name) => /-v8\.db$/.test(name))).toBe(true)
  })
})

describe('restoring', () => {
  test('goes back to the backup, with every operation since, as a new client; twice is as good as once', async () => {
    const folder = temporaryFolder()
    let open = openFolder(folder)
    fillCases(open.database, 20)
    const early = takeSteps(open.database, ['case-1', 'case-2'], 'early')
    const { id } = await open.backups.now(operator)
    const late = takeSteps(open.database, ['case-3'], 'late')
    keepNotes(open.database, 10)
    // The hub has confirmed one meanwhile.
    open.database.prepare("DELETE FROM outbox WHERE op_id = 'early-1'").run()
    const clients = new Set<unknown>()
    for (let turn = 0; turn < 2; turn += 1) {
      await open.backups.restore(operator, { id, place: 'data', reason: '演练' })
      await open.renewal
      open.close()
      open = openFolder(folder, manualClock(monday + (turn + 1) * 60_000))
      expect(operationIds(open.database)).toEqual([...early.slice(1), ...late])
      expect(open.database.prepare('SELECT client_seq FROM outbox ORDER BY 1').pluck().all()).toEqual([1, 2])
      expect(open.database.prepare('SELECT count(*) FROM hand_overs').pluck().get()).toBe(10)
      expect(open.database.prepare('SELECT notes FROM hand_over_notes').pluck().get()).toContain('北口')
      expect(
        open.database.prepare("SELECT reason FROM audit WHERE action = 'database.restored'").pluck().all(),
      ).toHaveLength(turn + 1)
      expect(open.cases.queries.head('case-3')).toMatchObject({ state: 'accepted' })
      clients.add(open.database.prepare('SELECT client_id FROM feed_position WHERE epoch IS NULL').pluck().get())
      expect(open.backups.state().lastRecovery).toMatchObject({
        ...{ kind: 'restored', by: { id: 'op-1' }, reason: '演练', backup: { id }, acknowledgedAt: null },
      })
    }
    expect(clients.size).toBe(2)
    expect(readdirSync(join(folder, 'set-aside'))).toHaveLength(2)
    const recovery = open.backups.state().lastRecovery
    open.backups.acknowledge(operator, recovery?.id ?? '')
    open.backups.acknowledge(operator, recovery?.id ?? '')
    expect(open.backups.state().lastRecovery).toMatchObject({ acknowledgedBy: '王建国' })
    expect(open.audit).toEqual(['recovery.acknowledged'])
  })

  test('a backup that does not stand up to verification changes nothing', async () => {
    const folder = temporaryFolder()
    const open = openFolder(folder)
    const { id } = await open.backups.now(operator)
    const file = join(folder, 'backups', `${id}.db`)
    const bytes = readFileSync(file)
    bytes[5000] = (bytes[5000] ?? 0) ^ 1
    writeFileSync(file, bytes)
    const restoring = open.backups.restore(operator, { id, place: 'data', reason: '演练' })
    await expect(restoring).rejects.toMatchObject({ code: 'conflict', reason: 'backup-unfit' })
    expect(rows(open)[0]?.check).toEqual({ state: 'failed', problem: 'changed' })
    expect(existsSync(join(folder, 'recovery.json'))).toBe(false)
    await expect(open.backups.verify({ id: 'console-20200101T000000Z-v1', place: 'data' })).rejects.toMatchObject({
      code: 'not-found',
    })
  })
})

describe('damage while the program runs', () => {
  test('is heard whoever meets it, and the next opening has rescued what can be read', async () => {
    const folder = temporaryFolder()
    const open = openFolder(folder)
    fillCases(open.database, 200)
    const operations = takeSteps(open.database, ['case-1', 'case-2'])
    keepNotes(open.database)
    open.database.pragma('wal_checkpoint(TRUNCATE)')
    const page = open.database
      .prepare("SELECT pageno FROM dbstat WHERE name = 'hand_overs' AND pagetype = 'leaf' LIMIT 1 OFFSET 4")
      .pluck()
      .get()
    const file = join(folder, 'console.db')
    const bytes = readFileSync(file)
    bytes[Number(page) * 4096 - 2000] = (bytes[Number(page) * 4096 - 2000] ?? 0) ^ 1
    writeFileSync(file, bytes)
    open.database.pragma('cache_size = 0')
    open.database.pragma('shrink_memory')
    expect(() => open.database.prepare('SELECT body FROM hand_overs').all()).toThrow('malformed')
    await open.renewal
    open.close()
    const again = openFolder(folder, manualClock(monday + 60_000))
    expect(operationIds(again.database)).toEqual(operations)
    const told = lastRecovery(again.database)?.rows.find(({ kind }) => kind === 'hand-overs')
    expect(told?.saved).toBeGreaterThan(100)
    expect(told?.saved).toBeLessThan(200)
    expect(told?.lost).toBe(200 - (told?.saved ?? 0))
  })
})
