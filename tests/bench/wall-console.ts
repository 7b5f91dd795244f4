/** The real console of the wall benches: a data folder that knows their cameras, the native program on it, and pages signed in on a wall. */
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { cpSync, mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { createCameraRegistry } from '../../native/cameras/camera-registry.ts'
import type { Database } from 'better-sqlite3'
import { loadKey } from '../../native/database/key.ts'
import { openDatabase } from '../../native/database/open.ts'

const entry = new URL('../../native/kiosk.ts', import.meta.url).pathname
const built = new URL('../../build/out/renderer', import.meta.url)
/** Who is signed in. */
export const operator = {
  ...{ id: 'person-1', account: 'songzhuang-operator', name: '张三', role: 'operator' },
  ...{ subCenter: '110112105', subCenterName: '宋庄镇' },
}
/** More would be over the civil defence's own limit of sessions; neither owner asks for a reason. */
const civilDefence = 16

export interface WallConsole {
  process: number
  /** An address that signs in one page. */
  address(): Promise<string>
  close(): Promise<void>
}

/** `seed` puts further things into its database before it starts. */
export async function startConsole(
  folder: string,
  addresses: Record<string, string>,
  seed: (database: Database) => void = () => {},
): Promise<WallConsole> {
  const configFile = prepare(folder, addresses, seed)
  // Whoever builds meanwhile does not take files from under the pages.
  const renderer = join(folder, 'renderer')
  cpSync(built, renderer, { recursive: true })
  const native = spawn(process.execPath, [entry, '--config', configFile, '--renderer', renderer], {
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  const kill = () => void native.kill()
  process.once('exit', kill)
  const fresh: string[] = []
  let hasNew = () => {}
  createInterface({ input: native.stdout }).on('line', (line) => {
    const found = /open (http:\S+)/.exec(line)?.[1]
    if (found) fresh.push(found)
    hasNew()
  })
  const ended = once(native, 'exit')
  return {
    process: native.pid ?? 0,
    async address() {
      while (fresh.length === 0) {
        const [, exited] = await Promise.race([
          new Promise<[]>((resolve) => (hasNew = () => resolve([]))),
          ended.then(() => [0, true]),
        ])
        if (exited) throw new Error('the native program has ended')
      }
      return fresh.pop()!
    },
    async close() {
      process.off('exit', kill)
      native.kill()
      await ended
    },
  }
}

/** Path of the configuration; the hub that it names is not there. */
function prepare(folder: string, addresses: Record<string, string>, seed: (database: Database) => void): string {
  const data = join(folder, 'console')
  mkdirSync(data, { recursive: true })
  const file = join(data, 'console.db')
  const database = openDatabase(file, loadKey(join(data, 'console.key'), file))
  const cameras = createCameraRegistry(database)
  Object.entries(addresses).forEach(([id, url], index) =>
    cameras.put(
      {
        ...{ id, deviceCode: String(index).padStart(20, '1'), name: `村口 ${index}`, place: '', version: 1 },
        owner: index < civilDefence ? 'civil-defense' : 'land-bureau',
        ...{ longitude: 116.7, latitude: 39.9, gridCode: '110112105001', steerable: false, credentials: null },
        source: { kind: 'rtsp', mainUrl: url, subUrl: url },
      },
      1,
    ),
  )
  database
    .prepare('INSERT INTO operator_session (only, operator, token, expires_at) VALUES (1, ?, ?, ?)')
    .run(JSON.stringify(operator), 'bench', Date.now() + 86_400_000)
  seed(database)
  database.close()
  const configFile = join(folder, 'console.json')
  writeFileSync(join(folder, 'token'), 'bench-token-of-no-hub')
  // Port 9 (discard): nothing answers there.
  const hub = { url: 'https://127.0.0.1:9', workstation: 'SZ-02', tokenFile: './token' }
  writeFileSync(configFile, JSON.stringify({ hub, dataFolder: './console' }))
  return configFile
}
