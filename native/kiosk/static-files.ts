/** The built renderer, read once and served from memory. */
import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs'
import { extname, join, relative, sep } from 'node:path'

export interface StaticFile {
  body: Buffer
  type: string
  isImmutable: boolean
}

const types: Record<string, string> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.svg': 'image/svg+xml',
  '.png': 'image/png',
  '.json': 'application/json',
  '.woff2': 'font/woff2',
}

/** Keys are request paths, `/` being the page itself. Null when the renderer has not been built. */
export function readStaticFiles(folder: string): Map<string, StaticFile> | null {
  if (!existsSync(join(folder, 'index.html'))) return null
  const files = new Map<string, StaticFile>()
  for (const name of readdirSync(folder, { recursive: true, encoding: 'utf8' })) {
    const file = join(folder, name)
    const type = types[extname(name)]
    if (!type || !statSync(file).isFile()) continue
    const path = `/${relative(folder, file).split(sep).join('/')}`
    files.set(path, { body: readFileSync(file), type, isImmutable: path.startsWith('/assets/') })
  }
  const page = files.get('/index.html')
  if (page) files.set('/', page)
  return files
}
