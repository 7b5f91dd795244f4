/** Bundles the shell (for the Node 20 of the oldest runtime it is tested in) and the native program that it hosts. */
import { build, type BuildOptions } from 'esbuild'
import { rm } from 'node:fs/promises'
import path from 'node:path'

const root = new URL('..', import.meta.url).pathname
const out = (folder: string) => path.join(root, 'build/out', folder)

const common: BuildOptions = {
  absWorkingDir: root,
  bundle: true,
  platform: 'node',
  charset: 'utf8',
  legalComments: 'none',
  minifySyntax: true,
  sourcemap: false,
  metafile: true,
  logLevel: 'warning',
}

/** CommonJS: a sandboxed preload cannot be anything else, and the main process has to be loaded before Electron is ready. */
const shell: BuildOptions = {
  ...common,
  entryPoints: { main: 'electron/main.ts', preload: 'electron/preload.ts' },
  format: 'cjs',
  target: 'node20',
  outExtension: { '.js': '.cjs' },
  // What ws can use when it is there, and pino only in other threads.
  external: ['electron', 'bufferutil', 'utf-8-validate'],
}

/** Packages written as CommonJS ask for `require` and their own place. */
const banner = [
  "import { createRequire as __createRequire } from 'node:module'",
  'const require = __createRequire(import.meta.url)',
  'const __filename = import.meta.filename',
  'const __dirname = import.meta.dirname',
].join(';')

const native: BuildOptions = {
  ...common,
  entryPoints: {
    child: 'native/child.ts',
    'media-worker': 'native/media/media-worker.ts',
    'backup-worker': 'native/durability/backup-worker.ts',
  },
  format: 'esm',
  target: 'node22',
  banner: { js: banner },
  // It finds its own binary, which cannot be bundled.
  external: ['better-sqlite3', 'bufferutil', 'utf-8-validate'],
}

async function bundle(options: BuildOptions, outdir: string): Promise<string[]> {
  await rm(outdir, { recursive: true, force: true })
  const { metafile } = await build({ ...options, outdir })
  return Object.keys(metafile?.inputs ?? {})
}

/** Writes main.cjs and preload.cjs; returns the files that went in, as paths from the root. */
export const bundleShell = (folder = out('electron')) => bundle(shell, folder)

/** Writes child.js, media-worker.js and backup-worker.js; returns the files that went in, as paths from the root. */
export const bundleNative = (folder = out('native')) => bundle(native, folder)

/** Writes child.js from another entry, for a runtime that cannot open the database. */
export const bundleChild = (folder: string, entry: string) =>
  bundle({ ...native, entryPoints: { child: entry }, target: 'node20' }, folder)

if (import.meta.main) {
  await bundleShell()
  await bundleNative()
}
