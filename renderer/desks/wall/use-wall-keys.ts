/** The keys of the wall desk, as one table: what they do and what the sheet tells of them. */
import { useRouter } from 'vue-router'
import { watch } from 'vue'
import { isTyping, type Shortcut, useShortcuts } from '../../composables/shortcuts.ts'

export interface WallDeeds {
  place(tile: number): void
  filter(): void
  layout(): void
  addTile(): void
  removeTile(): void
  fullScreen(): void
  list(): void
  restoreWindows(): void
  scenes(): void
  tours(): void
  turn(): void
  pause(): void
  stop(): void
  state(): void
  popUps(): void
  move(key: string): void
}

export interface WallFacts {
  isTouring: () => boolean
  isFree: () => boolean
  isStating: () => boolean
  hasClosedWindows: () => boolean
}

/** Tiles that a number key reaches; further ones are filled by Enter in the list. */
const numbered = 9

export function useWallKeys(deeds: WallDeeds, facts: WallFacts): void {
  const router = useRouter()
  const group = 'wall'
  const onTour = { group, isOff: () => !facts.isTouring() }
  const onScene = { group, isOff: facts.isTouring }
  const onFree = { group, isOff: () => !facts.isFree() }
  const digits = Array.from({ length: numbered }, (_, tile): Shortcut => {
    return { ...onScene, keys: String(tile + 1), words: 'wall.keys.place', silent: true, run: () => deeds.place(tile) }
  })
  const arrows = ['ArrowLeft', 'ArrowRight', 'ArrowUp', 'ArrowDown'].map((keys): Shortcut => {
    return {
      group,
      keys,
      words: 'layouts.keyNeighbour',
      silent: true,
      within: '[data-tile]',
      run: () => deeds.move(keys),
    }
  })
  useShortcuts([
    ...digits,
    ...arrows,
    { group, keys: '1–9', words: 'wall.keys.place' },
    { group, keys: '/', words: 'wall.keys.filter', run: deeds.filter },
    { group, keys: '↑ ↓ ← →', words: 'layouts.keyNeighbour' },
    { ...onScene, keys: 'L', words: 'wall.keys.layout', run: deeds.layout },
    { ...onFree, keys: '+', words: 'layouts.add', run: deeds.addTile },
    { ...onFree, keys: '=', words: 'layouts.add', silent: true, run: deeds.addTile },
    { ...onFree, keys: '-', words: 'layouts.remove', run: deeds.removeTile },
    { group, keys: 'Alt+↑ ↓ ← →', words: 'layouts.keyMove' },
    { group, keys: 'Alt+Shift+↑ ↓ ← →', words: 'layouts.keySize' },
    { group, keys: 'F', words: 'wall.keys.fullScreen', run: deeds.fullScreen },
    { group, keys: 'C', words: 'wall.keys.list', run: deeds.list },
    {
      ...{ group, keys: 'Alt+W', words: 'wallWindows.restoreKey', run: deeds.restoreWindows },
      isOff: () => !facts.hasClosedWindows(),
    },
    { group, keys: 'O', words: 'scenes.open', run: deeds.scenes },
    { group, keys: 'T', words: 'tours.open', run: deeds.tours },
    { ...onTour, keys: 'N', words: 'tours.keyNext', run: deeds.turn },
    { ...onTour, keys: 'Space', words: 'tours.keyPause', run: deeds.pause },
    { ...onTour, keys: 'E', words: 'tours.keyStop', run: deeds.stop },
    { group, keys: 'Y', words: 'stating.focus', run: deeds.state, isOff: () => !facts.isStating() },
    { group, keys: 'U', words: 'popUp.toggle', run: deeds.popUps },
    { group, keys: 'G', words: 'shortcuts.desk:cameras', run: () => void router.push('/cameras') },
    { group, keys: 'Enter', words: 'wall.keys.focus' },
    { group, keys: 'Del', words: 'wall.keys.clear' },
  ])
}

/** Esc is taken only while there is something to go back from, the newest first; never from somebody who types. */
export function useWallEscape(ways: readonly [isThere: () => boolean, back: () => void][]): void {
  const shortcuts = useShortcuts()
  const isOff = () => isTyping(document.activeElement)
  for (const [isThere, run] of ways) {
    watch(isThere, (is, _before, onCleanup) => {
      if (is) onCleanup(shortcuts.add([{ keys: 'Esc', words: 'wall.keys.back', group: 'wall', run, isOff }]))
    })
  }
}
