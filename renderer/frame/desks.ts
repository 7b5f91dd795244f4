/** The desks of the rail, each with its key. A new desk is one line here and one route. */
import type { Icon } from '../parts/LineIcon.vue'

export interface Desk {
  /** Its words stand under `desks`. */
  name: 'dispatch' | 'wall' | 'patrol' | 'cameras' | 'map' | 'sync' | 'handover' | 'instructions'
  path: string
  icon: Icon
  /** As shortcuts are written; stays the same when desks come between. Ctrl+0 is the browser's own (its zoom). */
  keys: string
}

export const desks: readonly Desk[] = [
  { name: 'dispatch', path: '/dispatch', icon: 'dispatch', keys: 'Ctrl+1' },
  { name: 'wall', path: '/wall', icon: 'wall', keys: 'Ctrl+2' },
  { name: 'patrol', path: '/patrol', icon: 'patrol', keys: 'Ctrl+3' },
  { name: 'cameras', path: '/cameras', icon: 'cameras', keys: 'Alt+C' },
  { name: 'map', path: '/map', icon: 'map', keys: 'Ctrl+5' },
  { name: 'sync', path: '/sync', icon: 'sync', keys: 'Ctrl+7' },
  { name: 'handover', path: '/handover', icon: 'handover', keys: 'Ctrl+8' },
  { name: 'instructions', path: '/instructions', icon: 'instructions', keys: 'Ctrl+9' },
]
