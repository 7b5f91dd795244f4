/** Puts what the hub sends and the place in its feed into the database, in one transaction. */
import type { Database } from 'better-sqlite3'
import { z } from 'zod'
import type { CameraRegistry } from '../cameras/camera-registry.ts'
import type { CaseStore } from '../cases/case-store.ts'
import type { CaseHead } from '../contract/case.ts'
import { createDocumentStore, type DocumentStore } from '../documents/document-store.ts'
import { createInstructionStore, type InstructionStore } from '../duty/instruction-store.ts'
import { createGridStore, type GridStore } from '../places/grid-store.ts'
import { createUnitStore, type UnitStore } from '../places/unit-store.ts'
import { Fault } from '../fault.ts'
import { type change, type Put, put } from './protocol.ts'

export interface FeedPosition {
  clientId: string
  /** Null until the first snapshot has been taken over. */
  epoch: string | null
  cursor: number
  lastDataAt: number | null
}

/** What a transaction has touched, so that the right topics are told. */
export interface Applied {
  cases: number
  cameras: number
  classes: number
  grids: number
  /** Steps of this workstation that no longer held on what the hub sent. */
  parked: number
  /** Reasons of those that could not be understood. */
  setAside: string[]
}

export type Change = z.infer<typeof change>

export interface FeedStore {
  position(): FeedPosition
  /** Applies consecutive changes after the cursor; those at or before it are skipped. Returns what was touched. */
  applyChanges(epoch: string, changes: readonly Change[], now: number): Applied
  /** Starts taking over a snapshot; returns its generation. */
  beginSnapshot(): number
  applySnapshotItems(generation: number, items: readonly unknown[]): Applied
  /**
   * Everything that the snapshot did not hold goes, and the feed continues after `asOf`. Faults: `invalid` for one that lacks cases
   * which the same epoch has brought: no case is ever taken back within an epoch.
   */
  endSnapshot(generation: number, epoch: string, asOf: number, now: number): void
  heardAt(now: number): void
  setAsideCount(): number
}

export const nothing = (): Applied => ({ cases: 0, cameras: 0, classes: 0, grids: 0, parked: 0, setAside: [] })

type Checked = { put: Put } | { reason: string; raw: unknown }

export function createFeedStore(
  database: Database,
  cases: CaseStore,
  cameras: CameraRegistry,
  newId: () => string,
  grids: GridStore = createGridStore(database),
  units: UnitStore = createUnitStore(database),
  instructions: InstructionStore = createInstructionStore(database),
  documents: DocumentStore = createDocumentStore(database, newId, ''),
): FeedStore {
  database
    .prepare('INSERT OR IGNORE INTO feed_position (only, client_id, cursor, generation) VALUES (1, ?, 0, 1)')
    .run(newId())
  const read = database.prepare<[], FeedPosition & { generation: number }>(
    `SELECT client_id AS clientId, epoch, cursor, generation, last_data_at AS lastDataAt FROM feed_position`,
  )
  const move = database.prepare('UPDATE feed_position SET epoch = ?, cursor = ?, last_data_at = ?')
  const keepAside = database.prepare(
    'INSERT OR REPLACE INTO feed_set_aside (epoch, seq, at, reason, raw) VALUES (?, ?, ?, ?, ?)',
  )
  const lackingIn = database
    .prepare<[number], number>(
      'SELECT count(*) FROM cases WHERE generation <> ? AND id NOT IN (SELECT case_id FROM outbox)',
    )
    .pluck()
  const position = () => read.get() as FeedPosition & { generation: number }

  function apply(
    checked: Checked,
    generation: number,
    applied: Applied,
    putCase = cases.put,
    putDocument = documents.put,
  ): void {
    if ('reason' in checked) return void applied.setAside.push(checked.reason)
    const { put } = checked
    if (put.kind === 'case') {
      applied.parked += putCase(put.case as CaseHead, put.steps, generation).length
      applied.cases += 1
    } else if (put.kind === 'camera') {
      if (put.removed) cameras.remove(put.camera.id)
      else cameras.put(put.camera, generation)
      applied.cameras += 1
    } else if (put.kind === 'class') {
      cases.putClass(put.class)
      applied.classes += 1
    } else if (put.kind === 'grid') {
      if (put.removed) grids.remove(put.grid.code)
      else grids.put(put.grid, generation)
      applied.grids += 1
    } else if (put.kind === 'unit') {
      if (put.removed) units.remove(put.unit.id)
      else units.put(put.unit, generation)
    } else if (put.kind === 'instruction') {
      instructions.put(put.instruction, generation)
    } else if (put.kind === 'document') {
      putDocument(put.document, generation)
    } else {
      cases.putCalendar(put.calendar)
    }
  }

  const applyChanges = database.transaction(
    (epoch: string, changes: readonly (readonly [Change, Checked])[], now: number) => {
      const { cursor, generation } = position()
      const applied: Applied = nothing()
      let last = cursor
      for (const [{ seq, at }, checked] of changes) {
        if (seq <= last) continue
        apply(checked, generation, applied)
        if ('reason' in checked) keepAside.run(epoch, seq, at, checked.reason, JSON.stringify(checked.raw))
        last = seq
      }
      cases.settle()
      move.run(epoch, last, now)
      return applied
    },
  )
  const applyItems = database.transaction((generation: number, items: readonly Checked[]) => {
    const applied: Applied = nothing()
    for (const item of items) {
      apply(item, generation, applied, cases.putWhole, documents.putOfSnapshot)
      // Snapshot items have no sequence of their own: negative numbers keep them apart from the feed's.
      if ('reason' in item)
        keepAside.run(`snapshot-${generation}`, -nextAside(), 0, item.reason, JSON.stringify(item.raw))
    }
    cases.settle()
    return applied
  })
  const countAside = database.prepare<[], number>('SELECT count(*) FROM feed_set_aside').pluck()
  const nextAside = () => (countAside.get() ?? 0) + 1

  return {
    position,
    // Checking needs no lock, so it is done before the transaction begins.
    applyChanges: (epoch, changes, now) =>
      applyChanges.immediate(
        epoch,
        changes.map((item) => [item, check(item.put)] as const),
        now,
      ),
    beginSnapshot() {
      database.prepare('UPDATE feed_position SET generation = generation + 1').run()
      return position().generation
    },
    applySnapshotItems: (generation, items) => applyItems.immediate(generation, items.map(check)),
    endSnapshot: (generation, epoch, asOf, now) =>
      database
        .transaction(() => {
          const { epoch: known, cursor } = position()
          const lacking = known === epoch && asOf >= cursor ? (lackingIn.get(generation) ?? 0) : 0
          if (lacking > 0) throw new Fault('invalid', `the snapshot lacks ${lacking} cases that the feed had brought`)
          const before = position().epoch
          if (before !== null && before !== epoch) cases.sendLostAgain(generation)
          cases.removeOtherGenerations(generation)
          cameras.removeOtherGenerations(generation)
          instructions.removeOtherGenerations(generation)
          grids.removeOtherGenerations(generation)
          units.removeOtherGenerations(generation)
          documents.endSnapshot(generation, before !== null && before !== epoch)
          move.run(epoch, asOf, now)
        })
        .immediate(),
    heardAt: (now) => void database.prepare('UPDATE feed_position SET last_data_at = ?').run(now),
    setAsideCount: () => countAside.get() ?? 0,
  }
}

function check(value: unknown): Checked {
  const result = put.safeParse(value)
  if (result.success) return { put: result.data }
  return { reason: z.prettifyError(result.error).slice(0, 500), raw: value }
}
