/** The desks of the rail, each with the digit of its Ctrl+1, Ctrl+2, … A new desk is one line here and one route. */
import type { Icon } from '../parts/LineIcon.vue'

export interface Desk {
  /** Its words stand under `desks`. */
  name: 'dispatch' | 'wall' | 'map' | 'sync' | 'handover' | 'instructions'
  path: string
  icon: Icon
  /** Stays the same when desks come between. */
  digit: number
}

export const desks: readonly Desk[] = [
  { name: 'dispatch', path: '/dispatch', icon: 'dispatch', digit: 1 },
  { name: 'wall', path: '/wall', icon: 'wall', digit: 2 },
  { name: 'map', path: '/map', icon: 'map', digit: 5 },
  { name: 'sync', path: '/sync', icon: 'sync', digit: 7 },
  { name: 'handover', path: '/handover', icon: 'handover', digit: 8 },
  { name: 'instructions', path: '/instructions', icon: 'instructions', digit: 9 },
]
