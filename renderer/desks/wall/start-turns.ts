/** Tiles begin one after another: thirty-six connections and decoders at the same moment would all come late. */
import { inject, type InjectionKey, type Ref, shallowRef, watch } from 'vue'
import type { Pause } from '../../link/waiting.ts'

export interface StartTurns {
  /** Resolves when it is its turn; one that was given up in line costs the others no time. */
  take(signal: AbortSignal): Promise<void>
}

/** Between one start and the next (ms). */
const gapMs = 60

export function createStartTurns(pause: Pause): StartTurns {
  let last = Promise.resolve()
  return {
    take(signal) {
      const mine = last
      last = mine.then(() => (signal.aborted ? undefined : pause(gapMs, signal)))
      return mine
    },
  }
}

export const startTurnsKey: InjectionKey<StartTurns> = Symbol('start-turns')

/** True once `what` (null: nothing) had its turn; where nobody gives turns, at once. */
export function useStartTurn(what: () => string | null): Readonly<Ref<boolean>> {
  const turns = inject(startTurnsKey, null)
  const isOurs = shallowRef(turns === null)
  watch(
    what,
    (wanted, _before, onCleanup) => {
      if (!turns) return
      isOurs.value = false
      if (wanted === null) return
      const left = new AbortController()
      onCleanup(() => left.abort())
      void turns.take(left.signal).then(() => {
        if (!left.signal.aborted) isOurs.value = true
      })
    },
    { immediate: true },
  )
  return isOurs
}
