/** Where a page may go, what may open outside, and which frames may speak to the shell. Pure rules; security.ts applies them. */
import { shellOrigin } from '../native/contract/shell-messages.ts'

/** What the system may open for us. Everything else stays shut. */
const external = [
  { pattern: /^tel:\+?[0-9-]{3,20}$/, why: 'a telephone number is called with the soft phone of the duty desk' },
]

export type Verdict = 'stay' | 'external' | 'deny'

function parsed(url: string): URL | null {
  return URL.canParse(url) ? new URL(url) : null
}

/** The console's own page, whatever its fragment. Chromium gives a custom scheme's `origin` as text, Node as `null`. */
export function isOurPage(url: string): boolean {
  const at = parsed(url)
  return at !== null && `${at.protocol}//${at.host}` === shellOrigin && at.username === '' && at.password === ''
}

/** `stay` is a reload of the page itself: the console has one page, and moves within it by fragment. */
export function navigationVerdict(url: string): Verdict {
  if (isOurPage(url) && new URL(url).pathname === '/') return 'stay'
  return external.some(({ pattern }) => pattern.test(url)) ? 'external' : 'deny'
}

/** Only the top frame of our own page is listened to. */
export function isTrustedSender(frame: { url: string; parent: unknown } | null): boolean {
  return frame !== null && frame.parent === null && isOurPage(frame.url)
}
