/** Which files a page may have saved, and under what name. Pure rules; saving.ts asks the operator where. */
import { isOurPage } from './navigation.ts'

export interface Download {
  url: string
  /** How many addresses it went through; one, unless it was sent elsewhere. */
  hops: number
  /** Address of the page that it comes from. */
  page: string
}

/** Only what our own page has made itself, a `blob:` of its origin. Whether a person asked for it is judged by `Gestures`. */
export function isOwnFile({ url, hops, page }: Download): boolean {
  return hops <= 1 && isOurPage(page) && url.startsWith('blob:') && isOurPage(url.slice('blob:'.length))
}

/** So long after a key or a click its file may come: a case's package with hours of film takes minutes to put together. */
const gestureLimitMs = 15 * 60_000
const mostGestures = 32

/** What a person has pressed on one page: each key or click pays for one file, so that no page can keep asking. */
export class Gestures {
  #times: number[] = []

  /** @param at of any clock, in ms */
  press(at: number): void {
    this.#times = [...this.#times, at].slice(-mostGestures)
  }

  /** Takes the oldest that still counts; false: there is none. */
  spend(at: number): boolean {
    this.#times = this.#times.filter((time) => at - time < gestureLimitMs)
    return this.#times.shift() !== undefined
  }
}

/** Kinds that the console saves, and that evidence comes as. Nothing that runs when it is opened. */
const kinds = new Set(
  [
    ...['unsent', 'zip', 'csv', 'geojson', 'json', 'txt', 'pdf', 'ofd', 'file'],
    ...['jpg', 'jpeg', 'png', 'webp', 'heic', 'mp4', 'webm', 'mov', 'mp3', 'm4a', 'aac', 'amr', 'wav', 'ogg'],
    ...['doc', 'docx', 'xls', 'xlsx', 'ppt', 'pptx', 'wps', 'et', 'dps'],
  ].map((kind) => `.${kind}`),
)
/** Names of devices, which Windows takes for no file whatever follows the dot. */
const devices = /^(con|prn|aux|nul|com\d|lpt\d)$/i
/** What separates folders or means something to a shell, controls, and marks that turn the direction of writing to hide an ending. */
// eslint-disable-next-line no-control-regex
const forbidden = /[<>:"/\\|?*\u0000-\u001f\u007f-\u009f\u200b-\u200f\u2028-\u202e\u2066-\u2069\ufeff]+/g
const longest = 120

/**
 * A name that is one file in one folder on every system. Evidence is named by whoever sent it: a kind that is not known gets `.file` behind
 * it, so that nothing is laid on the desk that runs on a double click.
 */
export function safeFileName(name: string): string {
  const plain = name
    .replaceAll(forbidden, '-')
    .replaceAll(/\s+/g, ' ')
    .replace(/^[.\s~-]+/, '')
    .replace(/[.\s]+$/, '')
  const dot = plain.lastIndexOf('.')
  const ending = dot > 0 ? plain.slice(dot) : ''
  const isKnown = kinds.has(ending.toLowerCase())
  const stem = [...(isKnown ? plain.slice(0, dot) : plain)].slice(0, longest).join('').trim()
  const first = stem.split('.')[0] ?? ''
  const spared = first === '' ? `console${stem}` : devices.test(first.trim()) ? `console-${stem}` : stem
  return spared + (isKnown ? ending : '.file')
}
