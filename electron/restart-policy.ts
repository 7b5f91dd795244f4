/** Decides what follows when something that should run has died: again after a delay, or ask a person. Values in, values out. */

export interface RestartPolicy {
  /** Delay before each restart in ms; the last one is used for all further ones. */
  delays: readonly number[]
  /** So many exits within `windowMs` end in a question. */
  askAt: number
  windowMs: number
}

export interface ExitRecord {
  /** Times of the exits that still count, oldest first. */
  exits: readonly number[]
  next: { kind: 'restart'; delayMs: number } | { kind: 'ask' }
}

/** The native program: quick the first time, since an operator is looking at a stale screen. */
export const nativePolicy: RestartPolicy = { delays: [500, 2_000, 5_000, 15_000], askAt: 5, windowMs: 10 * 60_000 }
/** A window's page: reloaded once. */
export const pagePolicy: RestartPolicy = { delays: [0], askAt: 2, windowMs: 10 * 60_000 }
/** The GPU process, which Chromium restarts by itself: at the third end we go on without acceleration. */
export const gpuPolicy: RestartPolicy = { delays: [0], askAt: 3, windowMs: 60 * 60_000 }

export function afterExit(policy: RestartPolicy, earlier: readonly number[], now: number): ExitRecord {
  const exits = [...earlier.filter((time) => time > now - policy.windowMs), now]
  if (exits.length >= policy.askAt) return { exits, next: { kind: 'ask' } }
  const delayMs = policy.delays[Math.min(exits.length, policy.delays.length) - 1] ?? 0
  return { exits, next: { kind: 'restart', delayMs } }
}
