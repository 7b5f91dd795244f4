/** Composes the simulated district: a hub with its accounts and certificates, and what happens in it. */
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Logger } from 'pino'
import { type Certificates, prepareCertificates } from './certificates.ts'
import type { AccountSeed } from './hub/accounts.ts'
import { type AlterReply, type Hub, type HubOptions, startHub } from './hub/hub.ts'
import { demoAccounts, hubSeed, workstationToken } from './seed-data.ts'
import { findSubCenter, songzhuang } from './sub-centers.ts'

export interface DistrictOptions {
  /** State, certificates and the console's configuration live here. */
  folder: string
  clock: () => number
  log: Logger
  /** 0 (the default) takes a free one. */
  port?: number
  seed?: number
  /** Code or letters; 宋庄镇 by default. */
  subCenter?: string
  newEpoch?: boolean
  alterReply?: AlterReply
}

export interface District {
  /** The hub that runs now; another object after `startHub`. */
  readonly hub: Hub
  subCenter: string
  certificates: Certificates
  workstation: { code: string; token: string; tokenFile: string }
  accounts: readonly AccountSeed[]
  /** The console's configuration file. */
  configFile: string
  /** Closes the hub only: workstations lose it, everything else stays. */
  stopHub(): Promise<void>
  /** Starts it again on the same file and port. */
  startHub(change?: Pick<HubOptions, 'newEpoch' | 'alterReply'>): Promise<void>
  close(): Promise<void>
}

export async function startDistrict(options: DistrictOptions): Promise<District> {
  const { folder, clock, log, seed = 1 } = options
  const { code, letters } = findSubCenter(options.subCenter ?? songzhuang)
  mkdirSync(folder, { recursive: true })
  const certificates = await prepareCertificates(folder, clock)
  const hubOptions = { folder, tls: certificates, clock, log, seedData: hubSeed(seed, code) }
  let hub = await startHub({ ...hubOptions, port: options.port ?? 0, ...pickHooks(options) })
  const workstation = writeToken(folder, seed, `${letters}-02`)
  return {
    get hub() {
      return hub
    },
    subCenter: code,
    certificates,
    workstation,
    accounts: demoAccounts(code),
    configFile: writeConfig(folder, hub.url, workstation.code),
    stopHub: () => hub.close(),
    async startHub(change = {}) {
      hub = await startHub({ ...hubOptions, port: hub.port, ...change })
    },
    close: () => hub.close(),
  }
}

function pickHooks({ newEpoch, alterReply }: DistrictOptions): Pick<HubOptions, 'newEpoch' | 'alterReply'> {
  return { ...(newEpoch && { newEpoch }), ...(alterReply && { alterReply }) }
}

function writeToken(folder: string, seed: number, code: string): District['workstation'] {
  const token = workstationToken(seed, code)
  const tokenFile = join(folder, `${code}.token`)
  writeFileSync(tokenFile, `${token}\n`, { mode: 0o600 })
  return { code, token, tokenFile }
}

/** Paths in the file are relative to it. */
function writeConfig(folder: string, url: string, workstation: string): string {
  const configFile = join(folder, 'console.json')
  const hub = { url, ca: './ca.pem', workstation, tokenFile: `./${workstation}.token` }
  writeFileSync(configFile, `${JSON.stringify({ hub, dataFolder: './console' }, null, 2)}\n`)
  return configFile
}
