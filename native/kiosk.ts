/**
 * Entry: the native program under plain Node, shown by a browser on this machine.
 * `node native/kiosk.ts --config FILE [--port N] [--allow-origin ORIGIN]`
 * Compiled code is kept in the user's own cache folder, which halves the time to load it at the next start.
 */
import { enableCompileCache } from 'node:module'
import { homedir } from 'node:os'
import { join } from 'node:path'

const cache = process.env.XDG_CACHE_HOME ?? join(homedir(), '.cache')
enableCompileCache(join(cache, 'subcenter-console', 'code'))
await import('./kiosk/run-kiosk.ts')
