/** Keeps what was looked at at this workstation, by camera, hour and person. */
import type { Database } from 'better-sqlite3'
import type { Operator } from '../contract/case.ts'
import { byHour, type Span } from './spans.ts'

export interface Look {
  cameraId: string
  operator: Pick<Operator, 'id' | 'name'>
  /** By the hub's clock. */
  spans: readonly Span[]
  /** How many more times somebody began to look; less than none where what came late joins two looks. */
  looks: number
  /** As it was stated; null: the owner asks for none. */
  reason: string | null
}
export interface HourOfLooks {
  cameraId: string
  /** 0 to 23, in China. */
  clockHour: number
  lookedMs: number
  looks: number
  lastAt: number
}
export interface StatedReason {
  cameraId: string
  by: string
  at: number
  reason: string
}

export interface LookStore {
  /** Belongs into a transaction of the caller. */
  add(look: Look): void
  /** Hours since 1970, the end excluded. */
  hours(from: number, to: number): HourOfLooks[]
  reasons(from: number, to: number): StatedReason[]
  /** When each camera was looked at last. */
  lastAt(): Map<string, number>
}

export function createLookStore(database: Database): LookStore {
  const add = database.prepare(
    `INSERT INTO looks (hour, camera_id, operator_id, looked_ms, looks, last_at) VALUES (@hour, @cameraId, @operatorId, @ms, @looks, @to)
     ON CONFLICT (hour, camera_id, operator_id) DO UPDATE
       SET looked_ms = looked_ms + excluded.looked_ms, looks = looks + excluded.looks, last_at = max(last_at, excluded.last_at)`,
  )
  const last = database.prepare(
    `INSERT INTO look_last (camera_id, last_at) VALUES (?, ?)
     ON CONFLICT (camera_id) DO UPDATE SET last_at = max(last_at, excluded.last_at)`,
  )
  const state = database.prepare(
    `INSERT OR IGNORE INTO look_reasons (hour, camera_id, operator_id, reason, by_name, at)
     VALUES (@hour, @cameraId, @operatorId, @reason, @name, @from)`,
  )
  // The clock of China is eight hours ahead.
  const hours = database.prepare<[number, number], HourOfLooks>(
    `SELECT camera_id AS cameraId, (hour + 8) % 24 AS clockHour, sum(looked_ms) AS lookedMs, sum(looks) AS looks, max(last_at) AS lastAt
     FROM looks WHERE hour >= ? AND hour < ? GROUP BY camera_id, clockHour`,
  )
  const reasons = database.prepare<[number, number], StatedReason>(
    `SELECT camera_id AS cameraId, by_name AS "by", at, reason FROM look_reasons WHERE hour >= ? AND hour < ? ORDER BY at`,
  )
  const lastAt = database.prepare<[], [string, number]>('SELECT camera_id, last_at FROM look_last').raw()
  return {
    add({ cameraId, operator, spans, looks, reason }) {
      for (const [index, { hour, from, to }] of byHour(spans).entries()) {
        const row = { hour, cameraId, operatorId: operator.id, from, to }
        add.run({ ...row, ms: to - from, looks: index === 0 ? looks : 0 })
        last.run(cameraId, to)
        if (reason !== null) state.run({ ...row, reason, name: operator.name })
      }
    },
    hours: (from, to) => hours.all(from, to),
    reasons: (from, to) => reasons.all(from, to),
    lastAt: () => new Map(lastAt.all()),
  }
}
