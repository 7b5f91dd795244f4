/** What a file is, by its content and never by its name. */
import { fileTypeFromBuffer } from 'file-type'
import type { Evidence } from '../contract/case.ts'

export interface ContentType {
  kind: Evidence['kind']
  /** Media type to play it by. */
  type: string
  /** Endings that fit, the usual one first. */
  endings: readonly [string, ...string[]]
}

/** What the console's browser shows in place, and paper. */
const known: Readonly<Record<string, ContentType>> = {
  jpg: { kind: 'photo', type: 'image/jpeg', endings: ['jpg', 'jpeg'] },
  png: { kind: 'photo', type: 'image/png', endings: ['png'] },
  webp: { kind: 'photo', type: 'image/webp', endings: ['webp'] },
  mp3: { kind: 'audio', type: 'audio/mpeg', endings: ['mp3'] },
  wav: { kind: 'audio', type: 'audio/wav', endings: ['wav'] },
  m4a: { kind: 'audio', type: 'audio/mp4', endings: ['m4a'] },
  mp4: { kind: 'video', type: 'video/mp4', endings: ['mp4', 'm4v'] },
  webm: { kind: 'video', type: 'video/webm', endings: ['webm'] },
  pdf: { kind: 'document', type: 'application/pdf', endings: ['pdf'] },
}

/** The beginning of a file that is enough to tell. */
export const tellingBytes = 4_100

/** Null for everything that is not taken as evidence. */
export async function contentTypeOf(beginning: Uint8Array): Promise<ContentType | null> {
  const found = await fileTypeFromBuffer(beginning).catch(() => undefined)
  return (found && known[found.ext]) ?? null
}

const longest = 200
// Control characters, path separators, and marks that turn the direction of writing: a name must read as it is.
const misleading = /[\p{Cc}/\\\u200e\u200f\u202a-\u202e\u2066-\u2069]/gu

/** The name with the ending that belongs to the content. */
export function fittingName(name: string, { endings }: ContentType): string {
  const clean = name.replace(misleading, '_').trim() || 'file'
  const [, stem = clean, ending = ''] = /^(.+)\.([a-z0-9]{1,8})$/i.exec(clean) ?? []
  if (endings.includes(ending.toLowerCase())) return clean.length <= longest ? clean : shorten(stem, ending)
  return shorten(stem, endings[0])
}

/** Cuts between characters, not in the middle of one. */
function shorten(stem: string, ending: string): string {
  let kept = ''
  for (const character of stem) {
    if (kept.length + character.length + ending.length + 1 > longest) break
    kept += character
  }
  return `${kept}.${ending}`
}
