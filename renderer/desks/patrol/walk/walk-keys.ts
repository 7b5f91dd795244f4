/** The keys of a walk. */
import { useShortcuts } from '../../../composables/shortcuts.ts'

export interface WalkDeeds {
  /** On to the next open stop; nothing is said of this one. */
  next(): void
  move(by: 1 | -1): void
  /** A finding of the class at this place of the checklist, from 0. */
  find(index: number): void
  /** A finding of a class that is not in the checklist. */
  findOther(): void
  nothing(): void
  cameraBad(): void
  skip(): void
  pause(): void
  auto(): void
  leave(): void
}

export interface WalkFacts {
  /** False: paused, over, or before it began: then a few keys are left. */
  isWalking(): boolean
  /** There is something else to go on with: a paused or finished walk. */
  canGoOn(): boolean
  checklistLength(): number
}

/** The focus is in something else: a panel of the console over the walk, or a link beside it. Its keys are its own. */
function isElsewhere(): boolean {
  const { activeElement } = document
  return activeElement !== null && activeElement !== document.body && !activeElement.closest('[data-walk]')
}

/** `goOn`: what Enter and Space do while nothing is walked. */
export function useWalkKeys(
  deeds: WalkDeeds,
  { isWalking, canGoOn, checklistLength }: WalkFacts,
  goOn: () => void,
): void {
  const group = 'walk'
  const isOff = () => !isWalking() || isElsewhere()
  // Otherwise both belong to whatever is typed into.
  const isStepOff = () => (!isWalking() && !canGoOn()) || isElsewhere()
  const step = () => (isWalking() ? deeds.next() : goOn())
  const key = (keys: string, words: string, run: () => void) => ({
    ...{ keys, words: `patrolWalk.keys.${words}`, group, run, isOff },
  })
  useShortcuts([
    { keys: 'Space', words: 'patrolWalk.keys.next', group, run: step, isOff: isStepOff },
    { keys: 'Enter', words: 'patrolWalk.keys.next', group, run: step, isOff: isStepOff, silent: true },
    key('N', 'nothing', deeds.nothing),
    { ...key('0', 'nothing', deeds.nothing), silent: true },
    ...Array.from({ length: 9 }, (_, index) => ({
      ...key(String(index + 1), 'find', () => deeds.find(index)),
      isOff: () => isOff() || index >= checklistLength(),
      silent: index > 0,
    })),
    key('F', 'findOther', deeds.findOther),
    key('B', 'bad', deeds.cameraBad),
    key('S', 'skip', deeds.skip),
    { ...key('P', 'pause', deeds.pause), isOff: isElsewhere },
    key('A', 'auto', deeds.auto),
    key('ArrowRight', 'move', () => deeds.move(1)),
    { ...key('ArrowDown', 'move', () => deeds.move(1)), silent: true },
    { ...key('ArrowLeft', 'move', () => deeds.move(-1)), silent: true },
    { ...key('ArrowUp', 'move', () => deeds.move(-1)), silent: true },
    { keys: 'Esc', words: 'patrolWalk.keys.leave', group, run: deeds.leave },
  ])
}
