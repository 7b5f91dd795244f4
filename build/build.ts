/** `npm run build`: builds the renderer, unless the last build is of the same sources. */
import { createHash } from 'node:crypto'
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { build } from 'vite'

const root = new URL('..', import.meta.url).pathname
const stamp = join(root, 'build/out/renderer.stamp')

/** Rejects when the sources do not build. */
export async function buildRenderer(): Promise<void> {
  const wanted = hashOf(['renderer', 'native/contract', 'build/vite.config.ts', 'package-lock.json'])
  if (existsSync(stamp) && readFileSync(stamp, 'utf8') === wanted) return
  console.log('building the renderer')
  await build({ configFile: join(root, 'build/vite.config.ts'), logLevel: 'warn' })
  mkdirSync(dirname(stamp), { recursive: true })
  writeFileSync(stamp, wanted)
}

function hashOf(paths: readonly string[]): string {
  const hash = createHash('sha256')
  for (const path of paths) {
    const isFolder = !/\.\w+$/.test(path)
    const files = isFolder ? readdirSync(join(root, path), { recursive: true, withFileTypes: true }) : null
    const names = files
      ? files.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name))
      : [join(root, path)]
    for (const name of names.sort()) hash.update(name).update(readFileSync(name))
  }
  return hash.digest('hex')
}

if (import.meta.main) await buildRenderer()
