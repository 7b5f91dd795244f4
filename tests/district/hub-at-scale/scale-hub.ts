/** Puts a district's hub on PostgreSQL and Redis: its embedded hub stops, and several processes serve what it had. */
import { join } from 'node:path'
import type { District, DistrictOptions } from '../district.ts'
import { writeConfiguration } from '../district-files.ts'
import { copyState } from './copy-state.ts'
import { openPool } from './database.ts'
import type { SharedServices } from './hub.ts'
import { type HubProcesses, startHubProcesses } from './hub-processes.ts'
import { createFeedReader } from './reading.ts'

export interface ScaledDistrictHub extends HubProcesses {
  /** The last sequence of the district's sub-center when it started. */
  head: number
}

/** From the environment. Throws a sentence for a person when one is missing. */
export function readServices({ DATABASE_URL, REDIS_URL }: NodeJS.ProcessEnv): SharedServices {
  if (!DATABASE_URL || !REDIS_URL) throw new Error('--hub-processes needs DATABASE_URL and REDIS_URL')
  return { databaseUrl: DATABASE_URL, redisUrl: REDIS_URL }
}

/** A database that has a state already keeps it. The console's configuration leads to the processes. */
export async function scaleHub(
  district: District,
  { folder, port = 0, seed = 1, log }: DistrictOptions,
  services: SharedServices,
  count: number,
): Promise<ScaledDistrictHub> {
  await district.stopHub()
  const database = openPool({ url: services.databaseUrl, log, most: 1, idleMs: 60_000 })
  try {
    await copyState(join(folder, 'hub.sqlite'), database)
    const { head } = await createFeedReader(database).describe(district.subCenter)
    const processes = await startHubProcesses({ ...services, folder, port, seed, count, log })
    writeConfiguration(folder, processes.url, district.workstation.code)
    return { ...processes, head }
  } finally {
    await database.end()
  }
}
