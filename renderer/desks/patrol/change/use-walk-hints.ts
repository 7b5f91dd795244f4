/** Change hints for as long as a walk is on the screen: its worker, opened when hints are on, and an empty slate after it. */
import { onScopeDispose, provide } from 'vue'
import { useChangeHintsStore } from '../../../stores/change-hints.ts'
import { type ChangeFinder, createChangeFinder } from './change-finder.ts'
import { changeFinderKey } from './use-change-hint.ts'

export function useWalkHints() {
  const hints = useChangeHintsStore()
  let finder: ChangeFinder | null = null
  provide(changeFinderKey, () => (hints.isOn ? (finder ??= createChangeFinder()) : null))
  onScopeDispose(() => {
    finder?.close()
    hints.clear()
  })
  return hints
}
