/** Counts for how long live pictures were really on the screen, and tells it in spans: each once, in portions, and later when the link is down. */
import { mostLookMs } from '../../native/contract/patrol.ts'

/** A walk's stop that is being looked at. */
export interface LookPurpose {
  walkId: string
  stopId: string
}
export interface Look {
  watchId: string
  walkId: string | null
  stopId: string | null
  /** Ms since 1970. */
  from: number
  to: number
}

export interface LookCounter {
  /** The picture of this watch is live, on the screen and looked at just now; said again and again while it is. */
  see(watchId: string, purpose: LookPurpose | null): void
  /** Tells what is due; `isAll`: everything. Resolves when each was told, or could not be. Never rejects. */
  flush(isAll: boolean): Promise<void>
}

export interface LookCounterOptions {
  /** Rejects when it did not arrive. */
  tell(look: Look): Promise<unknown>
  /** Whether it may be told later what failed to arrive. */
  isWorthAnother(thrown: unknown): boolean
  now(): number
}

/** Seen twice within this time is seen all the time between; longer, nobody knows. */
export const sameSightMs = 2_000
/** What goes on is told this often. */
export const tellEveryMs = 15_000
/** Native takes nothing that lies longer ago; some of it is left for the way. */
const oldestMs = mostLookMs - 5_000
const mostWaiting = 200

const keyOf = ({ watchId, walkId, stopId }: Omit<Look, 'from' | 'to'>) => [watchId, walkId, stopId].join(' ')

export function createLookCounter({ tell, isWorthAnother, now }: LookCounterOptions): LookCounter {
  /** What goes on, by watch and purpose; `to` was the last sight. */
  const going = new Map<string, Look>()
  /** To be told, oldest first. */
  let waiting: Look[] = []
  let telling: Promise<void> | null = null

  function see(watchId: string, purpose: LookPurpose | null): void {
    const at = Math.round(now())
    const about = { watchId, walkId: purpose?.walkId ?? null, stopId: purpose?.stopId ?? null }
    const key = keyOf(about)
    const look = going.get(key)
    // A clock that was set back begins anew as well.
    if (look && at >= look.to && at - look.to <= sameSightMs) return void (look.to = at)
    if (look) put(look)
    going.set(key, { ...about, from: at, to: at })
  }

  function put(look: Look): void {
    if (look.to > look.from) waiting = [...waiting, { ...look }].slice(-mostWaiting)
  }

  function gather(isAll: boolean): void {
    const at = now()
    for (const [key, look] of going) {
      const hasEnded = at - look.to > sameSightMs || at < look.to
      if (!isAll && !hasEnded && look.to - look.from < tellEveryMs) continue
      put(look)
      if (hasEnded) going.delete(key)
      else look.from = look.to
    }
  }

  async function tellAll(): Promise<void> {
    const left: Look[] = []
    const all = waiting
    waiting = []
    for (const look of all) {
      const from = Math.max(look.from, Math.round(now()) - oldestMs)
      if (from >= look.to) continue
      // After one that did not arrive the others need not be tried.
      if (left.length > 0) left.push(look)
      else await tell({ ...look, from }).catch((thrown: unknown) => isWorthAnother(thrown) && left.push(look))
    }
    waiting = [...left, ...waiting].slice(-mostWaiting)
  }

  return {
    see,
    async flush(isAll) {
      gather(isAll)
      // What is under way may have begun before the last sight was put to it.
      await telling
      if (waiting.length === 0) return
      telling ??= tellAll().finally(() => (telling = null))
      await telling
    },
  }
}
