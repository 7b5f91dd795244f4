/** Serves the renderer's build to `console://app/`: nothing outside its folder, every answer with the console's policy. */
import { type Protocol, protocol } from 'electron'
import { readFile } from 'node:fs/promises'
import path from 'node:path'
import { fileFor, policyFor, shellScheme } from './page-files.ts'

/** Must be called before Electron is ready. */
export function registerScheme(): void {
  protocol.registerSchemesAsPrivileged([
    {
      scheme: shellScheme,
      privileges: { standard: true, secure: true, supportFetchAPI: true, stream: true, codeCache: true },
    },
  ])
}

interface Serving {
  /** Folder of the renderer's build. */
  folder: string
  /** Asked for with each file: a worker gets its policy from its own script, and a page loaded again gets the present one. */
  mediaOrigin: () => Promise<string | null>
}

export function serveScheme(target: Protocol, { folder, mediaOrigin }: Serving): void {
  target.handle(shellScheme, async (request) => {
    if (request.method !== 'GET' && request.method !== 'HEAD') return new Response(null, { status: 405 })
    const file = fileFor(request.url)
    if (!file) return new Response(null, { status: 404 })
    try {
      const bytes = await readFile(path.join(folder, file.path))
      return new Response(bytes, {
        headers: {
          'content-type': file.type,
          'content-security-policy': policyFor(await mediaOrigin()),
          'x-content-type-options': 'nosniff',
          'referrer-policy': 'no-referrer',
          'cross-origin-opener-policy': 'same-origin',
          'cross-origin-resource-policy': 'same-origin',
          'cache-control': 'no-cache',
        },
      })
    } catch {
      return new Response(null, { status: 404 })
    }
  })
}
