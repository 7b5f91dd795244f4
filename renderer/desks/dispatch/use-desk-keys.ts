/** The keys of the dispatch desk. Letters act only from within the desk, so that a form elsewhere never takes a step. */
import type { QueueView } from '../../../native/contract/case.ts'
import { type Shortcut, useShortcuts } from '../../composables/shortcuts.ts'
import { type DeskStep, deskSteps, newCaseKey, stepKeys } from './steps/step-keys.ts'
import { keyOfView, viewsInOrder } from './views.ts'

export interface DeskDeeds {
  showView: (view: QueueView) => void
  press: (key: string) => void
  /** A form is being filled in: its keys are its own. */
  isBusy: () => boolean
  /** Whether the open case, or the chosen ones, offer the step now. */
  isOffered: (kind: DeskStep) => boolean
  newCase: () => void
  closeTop: () => void
  canClose: () => boolean
  print: () => void
  canPrint: () => boolean
  /** Takes the open case on, or gives it up. */
  claim: () => void
}

const within = '.dispatch'

export function useDeskKeys(deeds: DeskDeeds): void {
  const told = { group: 'dispatch' }
  const elements: Shortcut[] = [
    { ...told, keys: '↑ ↓', words: 'dispatch.keys.move' },
    { ...told, keys: 'PgUp PgDn', words: 'dispatch.keys.page' },
    { ...told, keys: 'Home End', words: 'dispatch.keys.ends' },
    { ...told, keys: 'Enter', words: 'dispatch.keys.open' },
    { ...told, keys: 'Space', words: 'dispatch.keys.choose' },
    { ...told, keys: 'Shift+↑ Shift+↓', words: 'dispatch.keys.extend' },
    { ...told, keys: 'Ctrl+A', words: 'dispatch.keys.chooseAll' },
  ]
  const views = viewsInOrder.map((view): Shortcut => {
    const run = () => deeds.showView(view)
    return { keys: keyOfView(view), words: `dispatch.views.${view}`, group: 'views', run }
  })
  const steps = deskSteps.map((kind): Shortcut => {
    const key = stepKeys[kind]
    // A key that the open case does not offer may still mean the row under the cursor; so only the palette looks.
    return {
      ...{ keys: key, words: `step.names.${kind}`, group: 'steps', within },
      run: () => deeds.press(key),
      isOff: deeds.isBusy,
      isHidden: () => !deeds.isOffered(kind),
    }
  })
  useShortcuts([
    ...elements,
    { ...told, keys: 'Esc', words: 'dispatch.keys.close', run: deeds.closeTop, isOff: () => !deeds.canClose() },
    { ...told, keys: newCaseKey, words: 'dispatch.keys.newCase', within, run: deeds.newCase, isOff: deeds.isBusy },
    { ...told, keys: 'Ctrl+P', words: 'dispatch.keys.print', run: deeds.print, isOff: () => !deeds.canPrint() },
    { ...told, keys: 'W', words: 'dispatch.keys.claim', within, run: deeds.claim, isOff: () => !deeds.canPrint() },
    ...views,
    ...steps,
  ])
}
