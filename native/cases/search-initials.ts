/** The first letters of how Chinese is read, by which operators find staff and places: 宋庄村 is `szc`. */
import { createRequire } from 'node:module'
import type { pinyin as Pinyin } from 'pinyin-pro'

export interface Initials {
  /** Letters for the characters that have a reading, everything else left out. */
  ofName(name: string): string
  ofPlace(place: string): string
}

/**
 * The dictionary is loaded with the first text that is asked for: that takes 40 ms and 30 MB, which the start has better
 * uses for. It has to be there within a transaction, so it cannot be waited for: hence `require`.
 */
export function createInitials(): Initials {
  let pinyin: typeof Pinyin | null = null
  const known = { head: new Map<string, string>(), off: new Map<string, string>() }
  const read = (text: string, surname: 'head' | 'off') => {
    if (!/\p{Script=Han}/u.test(text)) return ''
    pinyin ??= (createRequire(import.meta.url)('pinyin-pro') as { pinyin: typeof Pinyin }).pinyin
    const letters = pinyin(text, { pattern: 'first', toneType: 'none', type: 'array', nonZh: 'removed', surname })
    return letters
      .filter((letter) => /^[a-zü]$/.test(letter))
      .join('')
      .replaceAll('ü', 'v')
  }
  // A case comes several times while it is worked, and names come again and again.
  const of = (text: string, surname: 'head' | 'off') => {
    const letters = known[surname].get(text) ?? read(text, surname)
    if (known[surname].size >= mostKnown) known[surname].clear()
    known[surname].set(text, letters)
    return letters
  }
  return { ofName: (name) => of(name, 'head'), ofPlace: (place) => of(place, 'off') }
}

const mostKnown = 2000
