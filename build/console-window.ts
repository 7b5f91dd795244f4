/** Opens the console's address in a window of its own, where there is a display. */
import { existsSync, mkdtempSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { delimiter, join } from 'node:path'
import type { Children } from './children.ts'

export function hasDisplay(environment: NodeJS.ProcessEnv): boolean {
  return Boolean(environment.DISPLAY ?? environment.WAYLAND_DISPLAY)
}

/** SUBCENTER_CHROMIUM, or the first one on the path; null when there is none. */
export function findChromium(environment: NodeJS.ProcessEnv = process.env): string | null {
  if (environment.SUBCENTER_CHROMIUM) return environment.SUBCENTER_CHROMIUM
  const folders = (environment.PATH ?? '').split(delimiter)
  const names = ['chromium', 'chromium-browser', 'google-chrome']
  return names.flatMap((name) => folders.map((folder) => join(folder, name))).find((file) => existsSync(file)) ?? null
}

/** What keeps Chromium from talking to anybody but the console. */
export const quietChromium = [
  '--no-first-run',
  '--no-default-browser-check',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
  '--disable-quic',
]

export function openWindow(children: Children, address: string): void {
  const chromium = findChromium()
  if (!chromium) return
  const profile = mkdtempSync(join(tmpdir(), 'subcenter-window-'))
  // Chromium refuses to run sandboxed as root; nobody but a test machine should work as root.
  const sandbox = process.getuid?.() === 0 ? ['--no-sandbox'] : []
  children.start(
    chromium,
    [`--app=${address}`, `--user-data-dir=${profile}`, '--start-maximized', ...quietChromium, ...sandbox],
    {
      mayEnd: true,
    },
  )
}
