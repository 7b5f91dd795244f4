/** The keys of planning a route, which are its actions in the palette as well. */
import type { Ref } from 'vue'
import { useShortcuts } from '../../../composables/shortcuts.ts'

export type Side = 'map' | 'add' | 'suggest' | 'times' | 'versions'
/** What may stand beside the stops, each with its key. */
export const sides: readonly (readonly [Side, string])[] = [
  ['map', 'M'],
  ['add', 'A'],
  ['suggest', 'G'],
  ['times', 'T'],
  ['versions', 'V'],
]

export interface EditorDeeds {
  side: Readonly<Ref<Side>>
  open(side: Side): void
  close(): void
  save(): Promise<void>
  undo(): void
  order(): void
  walk(): void
}

export function useEditorKeys({ side, ...deeds }: EditorDeeds): void {
  const group = 'patrol'
  useShortcuts([
    ...sides.map(([name, keys]) => ({ keys, words: `routes.keys.${name}`, group, run: () => deeds.open(name) })),
    { keys: 'O', words: 'routes.keys.order', group, run: deeds.order },
    { keys: 'W', words: 'routes.keys.walk', group, run: deeds.walk },
    { keys: 'Ctrl+S', words: 'routes.keys.save', group, run: () => void deeds.save() },
    { keys: 'Ctrl+Z', words: 'routes.keys.undo', group, run: deeds.undo },
    { keys: 'Alt+↑ ↓', words: 'routes.keys.move', group },
    { keys: 'C', words: 'routes.keys.copy', group },
    { keys: 'Del', words: 'routes.keys.remove', group },
    {
      ...{ keys: 'Esc', words: 'shortcuts.close', group: 'frame', silent: true, run: deeds.close },
      isOff: () => side.value === 'map',
    },
  ])
}
