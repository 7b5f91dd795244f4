/** Proof of looking: what this window shows live is told to native, and what came of it is read as coverage. */
import { defineStore } from 'pinia'
import type { Coverage } from '../../native/contract/patrol.ts'
import { readFault } from '../link/faults.ts'
import { useLink } from '../link/link.ts'
import { type Attention, createAttention } from '../players/attention.ts'
import { createLookCounter, type Look } from '../players/look-counter.ts'

const flushEveryMs = 5_000
/** A month of 852 cameras. */
const reportLimitMs = 60_000

export const useLooksStore = defineStore('looks', () => {
  const link = useLink()
  const now = () => Date.now()
  const counter = createLookCounter({
    tell: (look: Look) => link.call((client, signal) => client.patrol.looks.tell(look, { signal })),
    // What native refused, it refuses again.
    isWorthAnother: (thrown) => ['workstation-lost', 'timeout'].includes(readFault(thrown).reason ?? ''),
    now,
  })
  let attention: Attention | null = null
  let timer: ReturnType<typeof setInterval> | undefined
  let pictures = 0

  return {
    see: counter.see,
    isLookedAt: (): boolean => attention?.isLookedAt() ?? false,
    /** Tells everything that was seen until now; for who needs native's count at once. Never rejects. */
    tellNow: (): Promise<void> => counter.flush(true),
    /** For as long as there is a picture; until the answer is called by everybody who asked. */
    open(): () => void {
      pictures += 1
      attention ??= createAttention(now)
      timer ??= setInterval(() => void counter.flush(false), flushEveryMs)
      return () => {
        pictures -= 1
        void counter.flush(true)
        if (pictures > 0) return
        attention?.close()
        clearInterval(timer)
        attention = null
        timer = undefined
      }
    },
    /** From one instant to another, ms since 1970. Recorded. Faults as in the contract. */
    coverage: (from: number, to: number, signal: AbortSignal): Promise<Coverage> =>
      link.call((client, limit) => client.patrol.looks.coverage({ from, to }, { signal: limit }), {
        ...{ signal, limitMs: reportLimitMs },
      }),
  }
})
