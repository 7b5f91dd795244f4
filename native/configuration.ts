/** Reads the operator's configuration file (JSON) and says plainly what is wrong with it. */
import { readFileSync } from 'node:fs'
import { dirname, resolve } from 'node:path'
import { z } from 'zod'
import { type MapConfiguration, mapConfiguration } from './places/map-configuration.ts'
import { StartFailure } from './start-failure.ts'

const schema = z.strictObject({
  hub: z.strictObject({
    /** e.g. `https://hub.district.example:8443` */
    url: z.url({ protocol: /^https$/ }),
    /** PEM file of the private authority that signed the hub's certificate; absent: the system's authorities. */
    ca: z.string().min(1).optional(),
    /** Name of this workstation at the hub, e.g. `SZ-02`. */
    workstation: z.string().regex(/^[\w-]{1,40}$/),
    /** File with the workstation's token, readable by its owner only. */
    tokenFile: z.string().min(1),
  }),
  /** Where the database, its key and the logs live. */
  dataFolder: z.string().min(1),
  /** The base map; absent: grids on plain ground, and nothing is fetched or kept. */
  map: mapConfiguration.optional(),
  /** A second folder for backups, e.g. on another disk or a network share; absent: only those in the data folder. */
  backupFolder: z.string().min(1).optional(),
  /** Closed cases are kept for so many years, their totals for ever. */
  retentionYears: z.int().min(1).max(50).optional(),
  /** How long before its limit an ordinary case gives a warning, in minutes. */
  warnMinutes: z.int().min(5).max(480).optional(),
})

export interface Configuration {
  hub: { url: string; ca: string | null; workstation: string; token: string }
  dataFolder: string
  map: MapConfiguration | null
  backupFolder?: string | null
  retentionYears?: number
  /** Absent: half an hour. */
  warnMinutes?: number
}

/** Paths in the file are relative to it. Throws `StartFailure`. */
export function loadConfiguration(file: string): Configuration {
  const text = read(file, '配置文件', 'configuration file')
  const { hub, dataFolder, map = null, backupFolder, retentionYears = 3, warnMinutes } = parse(file, text)
  const near = (path: string) => resolve(dirname(file), path)
  return {
    hub: {
      url: hub.url,
      workstation: hub.workstation,
      ca: hub.ca ? read(near(hub.ca), '区中心证书', "hub's certificate authority") : null,
      token: read(near(hub.tokenFile), '工作站令牌', 'workstation token').trim(),
    },
    dataFolder: near(dataFolder),
    map: map?.kind === 'pmtiles' ? { ...map, file: near(map.file) } : map,
    backupFolder: backupFolder ? near(backupFolder) : null,
    retentionYears,
    ...(warnMinutes !== undefined && { warnMinutes }),
  }
}

function parse(file: string, text: string): z.infer<typeof schema> {
  let value: unknown
  try {
    value = JSON.parse(text)
  } catch (error) {
    throw new StartFailure('configuration', `配置文件 ${file} 不是有效的 JSON`, `${file} is not valid JSON: ${error}`)
  }
  const result = schema.safeParse(value)
  if (result.success) return result.data
  const problems = z.prettifyError(result.error)
  throw new StartFailure('configuration', `配置文件 ${file} 有误:\n${problems}`, `${file} is not valid:\n${problems}`)
}

function read(file: string, chinese: string, english: string): string {
  try {
    return readFileSync(file, 'utf8')
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException
    throw new StartFailure(
      'configuration',
      `读不到${chinese} ${file} (${code})`,
      `cannot read the ${english} ${file}: ${code}`,
    )
  }
}
