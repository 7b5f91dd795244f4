/** One table of keys: what is pressed, what it does, and what the sheet of shortcuts says of it. */
import { inject, type InjectionKey, onScopeDispose, type ShallowRef, shallowRef } from 'vue'

export interface Shortcut {
  /** As written on screen: `Ctrl+1`, `Alt+T`, `F1`, `?`, `Esc`, `O`. */
  keys: string
  /** Key of the words for what it does. */
  words: string
  /** Group in the sheet; its words stand under `shortcuts.groups`. */
  group: string
  /** Absent for keys that an element handles itself and the sheet only tells of. */
  run?: () => void
  /** Works, but is not told: a second way to the same thing. */
  silent?: boolean
  /** CSS selector of what the focus must be in: a single letter must not act from anywhere. */
  within?: string
  /** True while the key means nothing. */
  isOff?: () => boolean
  /** True while the palette need not offer it. */
  isHidden?: () => boolean
}

export interface Shortcuts {
  readonly all: Readonly<ShallowRef<readonly Shortcut[]>>
  /** Adds keys until the returned function is called. Later ones win, so a panel may take Esc while it is open. */
  add(shortcuts: readonly Shortcut[]): () => void
  /** Runs what the key means; true when it meant something. */
  press(event: KeyboardEvent): boolean
}

const named: Record<string, string> = { Escape: 'Esc', Delete: 'Del', ' ': 'Space' }

type Pressed = Pick<KeyboardEvent, 'key' | 'code' | 'ctrlKey' | 'altKey' | 'metaKey'> & { shiftKey?: boolean }

/**
 * The pressed keys as a shortcut writes them. Letters and digits go by their place, so an input method is no obstacle.
 * Shift counts with digits only: with other keys it makes another character.
 */
export function keysOf(event: Pressed): string {
  const byPlace = /^(?:Key([A-Z])|(?:Digit|Numpad)([0-9]))$/.exec(event.code)
  const key = event.key === '?' ? '?' : (byPlace?.[1] ?? byPlace?.[2] ?? named[event.key] ?? event.key)
  const shift = event.shiftKey && byPlace?.[2] ? 'Shift+' : ''
  return `${event.ctrlKey ? 'Ctrl+' : ''}${event.altKey ? 'Alt+' : ''}${event.metaKey ? 'Meta+' : ''}${shift}${key}`
}

/** The key belongs to an input method that is composing a word; 229 is what browsers send before they say so. */
export function isComposing(event: KeyboardEvent): boolean {
  return event.isComposing || (event.keyCode === 229 && isTyping(event.target))
}

export function isTyping(target: EventTarget | null): boolean {
  return target instanceof HTMLElement && (target.isContentEditable || /^(INPUT|TEXTAREA|SELECT)$/.test(target.tagName))
}

function works({ run, within, isOff }: Shortcut, target: EventTarget | null): boolean {
  if (!run || isOff?.()) return false
  return within === undefined || (target instanceof Element && target.closest(within) !== null)
}

export function createShortcuts(): Shortcuts {
  const all = shallowRef<readonly Shortcut[]>([])
  return {
    all,
    add(shortcuts) {
      all.value = [...all.value, ...shortcuts]
      return () => (all.value = all.value.filter((shortcut) => !shortcuts.includes(shortcut)))
    },
    press(event) {
      if (isComposing(event) || event.defaultPrevented) return false
      const keys = keysOf(event)
      if (/^(Shift\+)?.$/.test(keys) && isTyping(event.target)) return false
      const shortcut = all.value.findLast((candidate) => candidate.keys === keys && works(candidate, event.target))
      shortcut?.run?.()
      return shortcut !== undefined
    },
  }
}

export const shortcutsKey: InjectionKey<Shortcuts> = Symbol('shortcuts')

/** Adds keys for as long as the calling component lives, and gives the table. */
export function useShortcuts(shortcuts: readonly Shortcut[] = []): Shortcuts {
  const table = inject(shortcutsKey)
  if (!table) throw new Error('No shortcuts were provided to this console.')
  onScopeDispose(table.add(shortcuts))
  return table
}
