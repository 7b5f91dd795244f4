/**
 * Whether somebody looks at this window: it is visible, and a window of this console has the focus. A wall on another display has no focus
 * while the operator works a case in the first window, and is looked at all the same: so the windows of a workstation tell one another.
 * Another program in front, a locked screen or nobody at the desk takes the focus or the input away, and then nothing counts.
 */

export interface AttentionFacts {
  isVisible: boolean
  hasFocus: boolean
  /** Ms since another window of this workstation said that it has the focus. */
  sinceOtherFocusMs: number
  /** Ms since the last input in any window. */
  sinceInputMs: number
}

/** The focused window says so this often; twice missed, it is gone (ms). */
export const sayEveryMs = 1_000
const otherCountsMs = 2_500
/** As long as the longest dwell of a stop: who touches nothing for longer is not known to be there. */
export const presentMs = 600_000

export function isLookedAt({ isVisible, hasFocus, sinceOtherFocusMs, sinceInputMs }: AttentionFacts): boolean {
  return isVisible && (hasFocus || sinceOtherFocusMs <= otherCountsMs) && sinceInputMs <= presentMs
}

export interface Attention {
  isLookedAt(): boolean
  close(): void
}

const inputs = ['pointerdown', 'pointermove', 'wheel', 'keydown', 'touchstart'] as const

/** Whoever creates it closes it. */
export function createAttention(now: () => number): Attention {
  const channel = new BroadcastChannel('console.attention')
  const listening = new AbortController()
  let [inputAt, otherFocusAt] = [now(), -Infinity]

  const touch = () => (inputAt = now())
  for (const input of inputs)
    window.addEventListener(input, touch, { capture: true, passive: true, signal: listening.signal })
  channel.addEventListener('message', ({ data }: MessageEvent) => {
    otherFocusAt = now()
    const said = (data as { inputAt?: unknown }).inputAt
    if (typeof said === 'number') inputAt = Math.max(inputAt, said)
  })
  const timer = setInterval(() => document.hasFocus() && channel.postMessage({ inputAt }), sayEveryMs)

  return {
    isLookedAt: () =>
      isLookedAt({
        ...{ isVisible: document.visibilityState === 'visible', hasFocus: document.hasFocus() },
        ...{ sinceOtherFocusMs: now() - otherFocusAt, sinceInputMs: now() - inputAt },
      }),
    close() {
      listening.abort()
      clearInterval(timer)
      channel.close()
    },
  }
}
