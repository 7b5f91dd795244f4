/** Minds all cameras slowly: one round after the other over those that nobody watches, a few at once, each owner's network spared. */
import type { Clock } from '../clock.ts'
import { type CameraHealth, type HealthDelta, type HealthReason } from '../contract/camera-health.ts'
import type { Camera, CameraRow } from '../contract/camera.ts'
import type { CameraOwner } from '../contract/vocabulary.ts'
import { Fault } from '../fault.ts'
import { createEmitter, type Signal } from '../signal.ts'
import type { CameraLog } from './camera-log.ts'
import { judgeHealth, type Known, unknownHealth } from './judge-health.ts'

export interface HealthRound {
  changed: Signal<void>
  list(): CameraHealth[]
  /** Now, whatever the round is at. Fault: `not-found`. */
  check(cameraId: string): Promise<CameraHealth>
  /** A stream of the camera plays (null) or has this trouble: the round leaves it alone for a while. */
  hear(cameraId: string, reason: HealthReason | null): void
  close(): void
}

export interface HealthRoundOptions {
  cameras: () => readonly CameraRow[]
  find: (cameraId: string) => Camera | null
  look: (camera: Camera, isThorough: boolean, signal: AbortSignal) => Promise<HealthReason | null>
  cameraLog: CameraLog
  /** From 0 up to 1. */
  random: () => number
  clock: Clock
  pace?: Partial<RoundPace>
}

export interface RoundPace {
  /** How often each camera is looked at, in ms. */
  everyMs: number
  /** One that has just failed is looked at again after this. */
  againMs: number
  /** Looks at once, over all owners. */
  atOnce: number
  /** Between two looks at cameras of one owner, in ms. */
  ownerGapMs: number
  /** Every so many looks at a camera that is well is a thorough one. */
  thoroughEvery: number
}

/** 852 cameras of three owners take some two minutes of a round. */
export const usualPace: RoundPace = { everyMs: 300_000, againMs: 15_000, atOnce: 6, ownerGapMs: 400, thoroughEvery: 6 }
/** How long what a stream told counts, in ms. */
const streamCountsMs = 40_000

interface Minded {
  known: Known
  dueAt: number
  looks: number
  /** Reasons that were written down since it went down: one that wavers between two is told of each once. */
  noted: Set<HealthReason | null>
  isLookedAt: boolean
}

export function createHealthRound(options: HealthRoundOptions): HealthRound {
  const { clock, random, cameraLog } = options
  const pace = { ...usualPace, ...options.pace }
  const changed = createEmitter<void>()
  const closing = new AbortController()
  const minded = new Map<string, Minded>()
  const ownerFreeAt = new Map<CameraOwner, number>()
  let underWay = 0

  /** Up to a fifth sooner or later, so that cameras do not fall into step. */
  const jittered = (ms: number) => ms * (0.8 + random() * 0.4)

  function mind(cameraId: string): Minded {
    const known = minded.get(cameraId)
    if (known) return known
    const now = clock.now()
    // The first round is spread over its whole time.
    const made = {
      known: unknownHealth(cameraId, now),
      dueAt: now + random() * pace.everyMs,
      looks: 0,
      noted: new Set<HealthReason | null>(),
      isLookedAt: false,
    }
    minded.set(cameraId, made)
    return made
  }
  function align(): readonly CameraRow[] {
    const rows = options.cameras()
    const here = new Set(rows.map(({ id }) => id))
    for (const id of minded.keys()) if (!here.has(id)) minded.delete(id)
    for (const { id } of rows) mind(id)
    return rows
  }
  function learn(one: Minded, reason: HealthReason | null, answerMs: number | null, source: CameraHealth['source']) {
    const { state } = one.known
    one.known = judgeHealth(one.known, { at: clock.now(), reason, answerMs, source })
    const { cameraId, state: is, reason: why } = one.known
    if (is !== state) one.noted.clear()
    if (is !== 'unknown' && (is !== state || (is === 'down' && !one.noted.has(why)))) {
      one.noted.add(why)
      cameraLog.note(cameraId, is, { reason: why })
    }
    const isUncertain = is === 'unstable'
    one.dueAt =
      clock.now() + (source === 'stream' ? streamCountsMs : jittered(isUncertain ? pace.againMs : pace.everyMs))
    changed.emit()
  }
  async function look(camera: Camera, isForced: boolean): Promise<void> {
    const one = mind(camera.id)
    const isThorough = isForced || one.known.state !== 'online' || one.looks % pace.thoroughEvery === 0
    one.looks += 1
    one.isLookedAt = true
    const begun = clock.now()
    try {
      const reason = await options.look(camera, isThorough, closing.signal)
      learn(one, reason, reason === 'network' ? null : clock.now() - begun, 'round')
    } finally {
      one.isLookedAt = false
    }
  }
  /** Looks at whoever is due and may be; answers when somebody will be next. */
  function step(): number {
    const now = clock.now()
    let next = now + pace.everyMs
    const due = align()
      .map((row) => ({ row, one: mind(row.id) }))
      .filter(({ one }) => !one.isLookedAt)
      .sort((a, b) => a.one.dueAt - b.one.dueAt)
    for (const { row, one } of due) {
      const at = Math.max(one.dueAt, ownerFreeAt.get(row.owner) ?? 0)
      if (at > now || underWay >= pace.atOnce) {
        next = Math.min(next, Math.max(at, now + pace.ownerGapMs))
        if (one.dueAt > now) break
        continue
      }
      const camera = options.find(row.id)
      if (!camera) continue
      ownerFreeAt.set(row.owner, now + pace.ownerGapMs)
      underWay += 1
      void look(camera, false)
        .catch(() => undefined)
        .finally(() => (underWay -= 1))
    }
    return next
  }
  async function run(): Promise<void> {
    // Cameras that are added are seen within this time.
    for (;;) await clock.sleep(Math.min(Math.max(step() - clock.now(), 50), 5_000), closing.signal)
  }
  run().catch(() => undefined)

  return {
    changed,
    list() {
      align()
      return [...minded.values()].map(({ known }) => healthOf(known))
    },
    async check(cameraId) {
      const camera = options.find(cameraId)
      if (!camera) throw new Fault('not-found', `there is no camera ${cameraId}`)
      await look(camera, true)
      return healthOf(mind(cameraId).known)
    },
    hear(cameraId, reason) {
      if (options.find(cameraId)) learn(mind(cameraId), reason, null, 'stream')
    },
    close: () => closing.abort(),
  }
}

function healthOf({ cameraId, state, since, reason, checkedAt, answerMs, source }: Known): CameraHealth {
  return { cameraId, state, since, reason, checkedAt, answerMs, source }
}

/** Undefined when both lists show the same. */
export function differHealth(before: CameraHealth[], after: CameraHealth[]): HealthDelta | undefined {
  const old = new Map(before.map((one) => [one.cameraId, JSON.stringify(one)]))
  const put = after.filter((one) => old.get(one.cameraId) !== JSON.stringify(one))
  const kept = new Set(after.map(({ cameraId }) => cameraId))
  const removed = before.filter(({ cameraId }) => !kept.has(cameraId)).map(({ cameraId }) => cameraId)
  return put.length + removed.length > 0 ? { put, removed } : undefined
}
