/** The keys of the camera desk, which are its actions in the palette as well. */
import type { Ref } from 'vue'
import type { CameraRow } from '../../../native/contract/camera.ts'
import { useShortcuts } from '../../composables/shortcuts.ts'
import type { Panel } from './use-panel.ts'

export interface BoardKeys {
  isLeader: Readonly<Ref<boolean>>
  panel: Panel
  search(): void
  nextOrder(): void
  check(): void
  /** With the camera that is open or selected, unless told. */
  goTo(desk: 'wall' | 'map', cameraId?: null): void
  closePanel(): void
  cameraOf(cameraId: string): CameraRow | undefined
}

export function useBoardKeys({ isLeader, panel, ...deeds }: BoardKeys): void {
  const group = 'cameras'
  const forOthers = () => !isLeader.value
  const isNotOurs = () => {
    const id = panel.cameraId.value
    return forOthers() || id === null || deeds.cameraOf(id)?.owner !== 'own-community'
  }
  useShortcuts([
    { keys: '/', words: 'cameras.keys.search', group, run: deeds.search },
    { keys: '↑ ↓', words: 'cameras.keys.move', group },
    { keys: 'Enter', words: 'cameras.keys.open', group },
    { keys: 'C', words: 'cameras.keys.check', group, run: deeds.check },
    { keys: 'O', words: 'cameras.keys.order', group, run: deeds.nextOrder },
    { keys: 'W', words: 'cameras.keys.wall', group, run: () => deeds.goTo('wall') },
    { keys: 'M', words: 'cameras.keys.map', group, run: () => deeds.goTo('map') },
    { keys: 'G', words: 'cameras.keys.toWall', group, run: () => deeds.goTo('wall', null) },
    { keys: 'A', words: 'cameras.keys.add', group, run: () => panel.open('add'), isOff: forOthers },
    { keys: 'I', words: 'cameras.keys.files', group, run: () => panel.open('files'), isOff: forOthers },
    { keys: 'D', words: 'cameras.keys.find', group, run: () => panel.open('find'), isOff: forOthers },
    { keys: 'E', words: 'cameras.keys.change', group, run: () => panel.open('change'), isOff: isNotOurs },
    {
      ...{ keys: 'Esc', words: 'shortcuts.close', group: 'frame', silent: true },
      run: deeds.closePanel,
      isOff: () => panel.kind.value === null,
    },
  ])
}
