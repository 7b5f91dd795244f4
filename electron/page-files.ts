/** Which file of the renderer's build an address of the page names, and the policy that it is sent with. Pure rules; scheme.ts serves. */
import path from 'node:path'
import { contentSecurityPolicy } from '../native/contract/content-security-policy.ts'

export const shellScheme = 'console'

/** Kinds of file that a build of the renderer has; others are not served. */
const types: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.json': 'application/json',
  '.svg': 'image/svg+xml',
  '.png': 'image/png',
  '.webp': 'image/webp',
  '.ico': 'image/x-icon',
  '.wasm': 'application/wasm',
  '.woff2': 'font/woff2',
  '.mp3': 'audio/mpeg',
  '.ogg': 'audio/ogg',
  '.wav': 'audio/wav',
}

/** The file that an address names, as a path below the folder, and its type; null for everything that is not plainly one. */
export function fileFor(address: string): { path: string; type: string } | null {
  if (!URL.canParse(address)) return null
  const { protocol: scheme, host, pathname } = new URL(address)
  if (scheme !== `${shellScheme}:` || host !== 'app') return null
  const steps = (pathname === '/' ? '/index.html' : pathname).slice(1).split('/')
  // A name is letters, digits, dot, dash and underscore and begins with none of the dots: no escapes, no parents, no hidden files.
  if (!steps.every((step) => /^[\w-][\w.-]*$/.test(step))) return null
  const type = types[path.posix.extname(steps.at(-1)!)]
  return type === undefined ? null : { path: steps.join('/'), type }
}

/** `'none'` while it is not known where media is served: a page then still opens and says so. */
export function policyFor(mediaOrigin: string | null): string {
  return contentSecurityPolicy(mediaOrigin === null ? [] : [mediaOrigin, mediaOrigin.replace(/^http/, 'ws')])
}
