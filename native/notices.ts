/** What went wrong at the borders, kept for the operator while the program runs. */
import type { Clock } from './clock.ts'
import type { Notice } from './contract/contract.ts'
import { createEmitter, type Signal } from './signal.ts'

export interface Notices {
  list(): Notice[]
  changed: Signal<void>
  /** The same notice again right after itself only renews its time. */
  add(kind: Notice['kind'], detail: string): void
}

const most = 200

export function createNotices(clock: Clock): Notices {
  const notices: Notice[] = []
  const changed = createEmitter<void>()
  let count = 0
  return {
    list: () => [...notices],
    changed,
    add(kind, detail) {
      const last = notices.at(-1)
      if (last?.kind === kind && last.detail === detail) notices.pop()
      count += 1
      notices.push({ id: `notice-${count}`, at: clock.now(), kind, detail })
      if (notices.length > most) notices.shift()
      changed.emit()
    },
  }
}
