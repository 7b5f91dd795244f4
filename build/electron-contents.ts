/** Checks what a package holds against a list of what it may hold, so that a glob that grew is noticed before a user gets it. */
import { getRawHeader } from '@electron/asar'

/** Everything that may be in the archive; `PLATFORM` stands for the one that is packaged for. */
const allowed = [
  'package.json',
  'LICENSE',
  'build/out/electron/(main|preload).cjs',
  'build/out/native/(child|media-worker|backup-worker).js',
  'build/out/renderer/index.html',
  'build/out/renderer/[\\w-]+.(svg|png|ico)',
  'build/out/renderer/assets/[\\w.-]+.(js|css|svg|png|webp|woff2|wasm|mp3|ogg|wav|json)',
  'node_modules/better-sqlite3/(package.json|LICENSE)',
  'node_modules/better-sqlite3/lib/([\\w-]+/)?[\\w-]+.js',
  'node_modules/better-sqlite3/prebuilds/PLATFORM.node',
]

/** Without these the console would not start. */
const required = [
  'package.json',
  'build/out/electron/main.cjs',
  'build/out/electron/preload.cjs',
  'build/out/native/child.js',
  'build/out/native/media-worker.js',
  'build/out/native/backup-worker.js',
  'build/out/renderer/index.html',
  'node_modules/better-sqlite3/package.json',
  'node_modules/better-sqlite3/prebuilds/PLATFORM.node',
]

/** @param platform e.g. `linux-x64` */
export function problemsOf(files: readonly string[], platform: string): string[] {
  const patterns = allowed.map(
    (text) =>
      new RegExp(`^${text.replaceAll('.', '\\.').replaceAll('[\\w\\.', '[\\w.').replace('PLATFORM', platform)}$`),
  )
  const strange = files.filter((file) => !patterns.some((pattern) => pattern.test(file)))
  const missing = required.map((file) => file.replace('PLATFORM', platform)).filter((file) => !files.includes(file))
  return [...strange.map((file) => `does not belong there: ${file}`), ...missing.map((file) => `is missing: ${file}`)]
}

interface Entry {
  files?: Record<string, Entry>
}

/** Paths of all files in an archive, also of those beside it. */
export function filesOf(archive: string): string[] {
  const walk = (entry: Entry, prefix: string): string[] =>
    Object.entries(entry.files ?? {}).flatMap(([name, child]) =>
      child.files ? walk(child, `${prefix}${name}/`) : [`${prefix}${name}`],
    )
  return walk(getRawHeader(archive).header as Entry, '').sort()
}
