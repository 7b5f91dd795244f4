/** The one Content-Security-Policy that both hosts send with the page, so that what works in one works in the other. */

const origin = /^(?:'self'|(?:https?|wss?|console):\/\/[a-z0-9.[\]:-]+)$/i

/**
 * @param connect what the page may open connections to: `'self'` or origins such as `ws://127.0.0.1:40001`; empty means nothing
 * @throws RangeError for anything that could end the directive and start another
 */
export function contentSecurityPolicy(connect: readonly string[]): string {
  const odd = connect.find((source) => !origin.test(source))
  if (odd !== undefined) throw new RangeError(`Not an origin: ${odd}`)
  return [
    "default-src 'none'",
    "script-src 'self'",
    // Naive UI writes its styles into the page while it runs.
    "style-src 'self' 'unsafe-inline'",
    "img-src 'self' data: blob:",
    "media-src 'self' blob:",
    // hls.js runs its worker from a file of our own.
    "worker-src 'self'",
    `connect-src ${connect.length === 0 ? "'none'" : connect.join(' ')}`,
    "frame-src 'none'",
    "frame-ancestors 'none'",
    "object-src 'none'",
    "base-uri 'none'",
    "form-action 'none'",
  ].join('; ')
}
