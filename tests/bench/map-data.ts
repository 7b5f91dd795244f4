/** A data folder with the whole district's ground on one workstation: 1,809 grids, 20,000 open cases, 852 cameras. */
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { createCameraRegistry } from '../../native/cameras/camera-registry.ts'
import { createCaseParts } from '../../native/cases/case-parts.ts'
import { sharedCameraOwner } from '../../native/contract/vocabulary.ts'
import { loadKey } from '../../native/database/key.ts'
import { openDatabase } from '../../native/database/open.ts'
import { createGridStore } from '../../native/places/grid-store.ts'
import { createGeography } from '../district/geography/geography.ts'
import { gridPuts } from '../district/grids-feed.ts'
import { createRandom } from '../district/random.ts'
import { feedPuts } from './feed-puts.ts'

const operator = {
  ...{ id: 'person-1', account: 'songzhuang-operator', name: '张三', role: 'operator' },
  ...{ subCenter: '110112105', subCenterName: '宋庄镇' },
}
const cameraCount = 852

/** Path of the configuration; the hub it names is not there. */
export function prepareMap(folder: string, openCases: number): string {
  const data = join(folder, 'console')
  mkdirSync(data, { recursive: true })
  const file = join(data, 'console.db')
  const database = openDatabase(file, loadKey(join(data, 'console.key'), file))
  const { store } = createCaseParts(database)
  const geography = createGeography(1)
  const grids = createGridStore(database)
  const cameras = createCameraRegistry(database)
  const all = [...geography.grids.values()]
  const random = createRandom(1, 'map bench')
  const now = Date.now()
  database.transaction(() => {
    for (const put of gridPuts(geography, null)) if (put.kind === 'grid') grids.put(put.grid, 1)
    let serial = 0
    for (const { case: head, steps } of feedPuts(openCases * 4)) {
      if (head.version !== 1 || serial === openCases) continue
      serial += 1
      const grid = random.pick(all)
      const [longitude, latitude] = geography.positionIn(grid, random)
      const startedAt = now - random.below(8 * 3_600_000)
      const limit = { startedAt, dueAt: startedAt + 12 * 3_600_000 - random.below(6 * 3_600_000), stoppedAt: null }
      const supervised = random.chance(0.02)
      const where = { longitude, latitude, gridCode: grid.code, stationCode: grid.stationCode }
      store.put({ ...head, ...where, limit: { ...limit, kind: 'working-hours' }, supervised }, steps, 1)
      if (serial % 1_000 === 0) store.settle()
    }
    store.settle()
    for (let index = 0; index < cameraCount; index += 1) {
      const grid = random.pick(all)
      const [longitude, latitude] = geography.positionIn(grid, random)
      const owner = sharedCameraOwner.options[index % sharedCameraOwner.options.length] ?? 'public-security'
      cameras.put(
        {
          ...{ id: `c${index}`, deviceCode: String(index).padStart(20, '1'), owner, name: `村口 ${index}`, place: '' },
          ...{ longitude, latitude, gridCode: grid.code, steerable: false, credentials: null, version: 1 },
          source: { kind: 'onvif', deviceUrl: 'http://127.0.0.1:9/' },
        },
        1,
      )
    }
  })()
  database
    .prepare('INSERT INTO operator_session (only, operator, token, expires_at) VALUES (1, ?, ?, ?)')
    .run(JSON.stringify(operator), 'bench', now + 86_400_000)
  database.close()
  const configFile = join(folder, 'console.json')
  writeFileSync(join(folder, 'token'), 'bench-token-of-no-hub')
  // Port 9 (discard): nothing answers there.
  const hub = { url: 'https://127.0.0.1:9', workstation: 'SZ-02', tokenFile: './token' }
  writeFileSync(configFile, JSON.stringify({ hub, dataFolder: './console' }))
  return configFile
}
