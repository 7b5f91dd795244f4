/** The Electron host: placeholder until the shell exists. */
import type { Host } from './host.ts'

export function electronHost(): Host {
  throw new Error('The Electron shell is not built yet.')
}
