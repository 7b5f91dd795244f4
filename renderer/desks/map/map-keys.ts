/** Keys of the map while it has the focus. One table for what they do and for what the sheet tells of them. */
import { keysOf, type Shortcut } from '../../composables/shortcuts.ts'
import { type MapLayer, mapLayers } from '../../stores/map.ts'

export const layerKeys: Record<MapLayer, string> = { base: 'B', grids: 'G', cases: 'C', cameras: 'V', staff: 'P' }

export interface MapDeeds {
  zoomBy(steps: number): void
  panBy(right: number, up: number): void
  fit(): void
  toggle(layer: MapLayer): void
}

/** True when the key meant something to the map. */
export function pressOnMap(event: KeyboardEvent, deeds: MapDeeds): boolean {
  const keys = keysOf(event)
  const layer = mapLayers.find((candidate) => layerKeys[candidate] === keys)
  if (layer) deeds.toggle(layer)
  else if (keys === '+' || keys === '=') deeds.zoomBy(2)
  else if (keys === '-' || keys === '_') deeds.zoomBy(-2)
  else if (keys === '0') deeds.fit()
  else if (keys === 'ArrowLeft') deeds.panBy(-1, 0)
  else if (keys === 'ArrowRight') deeds.panBy(1, 0)
  else if (keys === 'ArrowUp') deeds.panBy(0, 1)
  else if (keys === 'ArrowDown') deeds.panBy(0, -1)
  else return false
  return true
}

/** For the sheet; the map handles them itself. */
export const toldKeys: readonly Shortcut[] = [
  { keys: '+ -', words: 'map.keys.zoom', group: 'map' },
  { keys: '↑ ↓ ← →', words: 'map.keys.pan', group: 'map' },
  { keys: '0', words: 'map.keys.fit', group: 'map' },
  ...mapLayers.map((layer) => ({ keys: layerKeys[layer], words: `map.layerKeys.${layer}`, group: 'map' })),
]
