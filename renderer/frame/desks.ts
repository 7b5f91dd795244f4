/** The desks of the rail, in the order of Ctrl+1, Ctrl+2, … A new desk is one line here and one route. */
import type { Icon } from '../parts/LineIcon.vue'

export interface Desk {
  /** Its words stand under `desks`. */
  name: 'dispatch' | 'wall' | 'handover'
  path: string
  icon: Icon
}

export const desks: readonly Desk[] = [
  { name: 'dispatch', path: '/dispatch', icon: 'dispatch' },
  { name: 'wall', path: '/wall', icon: 'wall' },
  { name: 'handover', path: '/handover', icon: 'handover' },
]
