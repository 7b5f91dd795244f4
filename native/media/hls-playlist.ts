/** Rewrites HLS playlists (RFC 8216) so that everything they name is fetched through the gateway. Pure. */

/** Where a name leads: to the gateway's own path, or nowhere when it points to another origin. */
export type Route = (address: URL) => string

export const isPlaylistText = (text: string) => /^\uFEFF?#EXTM3U/.test(text)

/** `base` is the playlist's own address, after redirects. Names that are no address are led to `route(base)` of themselves as they are. */
export function rewritePlaylist(text: string, base: URL, route: Route): string {
  return text
    .split(/\r\n|\n|\r/)
    .map((line) => rewriteLine(line, base, route))
    .join('\n')
}

function rewriteLine(line: string, base: URL, route: Route): string {
  const trimmed = line.trim()
  if (trimmed === '') return line
  if (!trimmed.startsWith('#')) return rewriteAddress(trimmed, base, route)
  // Any attribute whose name ends with URI: keys, maps, renditions, parts, hints, reports, I-frame streams, session data.
  return line.replace(/((?:^|[:,\s])[A-Z0-9-]*URI\s*=\s*)"([^"]*)"/g, (_all, name: string, address: string) => {
    return `${name}"${rewriteAddress(address, base, route)}"`
  })
}

function rewriteAddress(address: string, base: URL, route: Route): string {
  // Data that is written into the playlist needs no fetching.
  if (/^data:/i.test(address)) return address
  const target = URL.parse(address, base.href)
  return target ? route(target) : route(new URL('about:blank'))
}
