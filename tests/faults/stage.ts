/** One schedule's hub, consoles and lines: what can be done to them, and what state they are in. */
import { spawnSync } from 'node:child_process'
import { cpSync, existsSync, mkdirSync, rmSync, statSync } from 'node:fs'
import { join } from 'node:path'
import Database from 'better-sqlite3'
import { openConsole } from './checker/console-state.ts'
import { type FaultProxy, startFaultProxy } from './fault-proxy.ts'
import type { ConsoleOpening } from './hosts/console-host.ts'
import type { HostPool, HostProcess } from './hosts/host-process.ts'
import type { HubOpening } from './hosts/hub-host.ts'
import { type Template, tokenOf, workstations } from './template.ts'

export interface Pools {
  hubs: HostPool
  consoles: HostPool
}

/** The hub in a process that may be gone, on a folder that stays. */
export interface StagedHub {
  readonly host: HostProcess | null
  readonly folder: string
  start(newEpoch?: boolean): Promise<void>
  kill(): Promise<void>
  /** A copy as a backup would make it, while the hub works. */
  copy(): void
  /** Killed, the last copy in place of its file, started again with a new epoch. */
  restore(): Promise<void>
  close(): Promise<void>
}

export interface StagedConsole {
  readonly host: HostProcess | null
  readonly folder: string
  readonly index: number
  readonly proxy: FaultProxy
  start(): Promise<void>
  kill(): Promise<void>
  /** Files of the process may not grow beyond this many bytes; null: as far as the disk goes. */
  limitFiles(bytes: number | null): void
  /** False when there is nothing to copy yet. */
  copy(): boolean
  /** Puts the last copy in the place of the database; the console must not run. */
  takeCopyBack(): void
  close(): Promise<void>
}

export interface Stage {
  hub: StagedHub
  consoles: StagedConsole[]
}

export function stageHub(
  template: Template,
  folder: string,
  pool: HostPool,
  isAt: (port: number | null) => void,
): StagedHub {
  const copyFile = join(folder, 'copy/hub.sqlite')
  const hubFolder = join(folder, 'hub')
  cpSync(join(template.folder, 'hub'), hubFolder, { recursive: true })
  mkdirSync(join(folder, 'copy'))
  const { tls, seedData } = template
  let host: HostProcess | null = null
  let opening: HostProcess | null = null
  const hub: StagedHub = {
    get host() {
      return host
    },
    folder: hubFolder,
    async start(newEpoch = false) {
      if (host) return
      const files: HubOpening = { folder: hubFolder, logFile: join(folder, 'hub.log'), tls, seedData, newEpoch }
      opening = pool.take()
      const { port } = await opening.ask<{ port: number }>('open', files)
      host = opening
      opening = null
      isAt(port)
    },
    async kill() {
      const killed = [host, opening]
      host = opening = null
      isAt(null)
      await Promise.all(killed.map((process) => process?.kill()))
    },
    copy() {
      rmSync(copyFile, { force: true })
      const database = new Database(join(hubFolder, 'hub.sqlite'), { timeout: 2_000 })
      database.prepare('VACUUM INTO ?').run(copyFile)
      database.close()
    },
    async restore() {
      await hub.kill()
      rmSync(hubFolder, { recursive: true })
      mkdirSync(hubFolder)
      cpSync(copyFile, join(hubFolder, 'hub.sqlite'))
      await hub.start(true)
    },
    async close() {
      if (!host) return
      await host.ask('close')
      await pool.giveBack(host)
      host = null
    },
  }
  hub.copy()
  return hub
}

interface ConsolePlace {
  template: Template
  folder: string
  index: number
  /** It has no database yet. */
  isFresh: boolean
}

export async function stageConsole(
  { template, folder, index, isFresh }: ConsolePlace,
  pool: HostPool,
): Promise<StagedConsole> {
  const consoleFolder = join(folder, `console-${index}`)
  const copyFolder = join(folder, `copy-${index}`)
  const workstation = workstations[index] ?? ''
  if (!isFresh) cpSync(join(template.folder, `console-${index}`), consoleFolder, { recursive: true })
  const proxy = await startFaultProxy()
  const hub = { url: `https://127.0.0.1:${proxy.port}`, ca: template.caPem, workstation, token: tokenOf(workstation) }
  const opening: ConsoleOpening = { dataFolder: consoleFolder, hub }
  let host: HostProcess | null = null
  const limitFiles = (bytes: number | null) => {
    if (host?.isAlive) limitFileSize(host.pid, bytes)
  }
  return {
    get host() {
      return host
    },
    folder: consoleFolder,
    ...{ index, proxy, limitFiles },
    async start() {
      if (host) return
      host = pool.take()
      await host.ask('open', opening)
    },
    async kill() {
      const killed = host
      host = null
      await killed?.kill()
    },
    copy: () => copyConsole(consoleFolder, copyFolder),
    takeCopyBack() {
      for (const name of ['console.db', 'console.db-wal', 'console.db-shm'])
        rmSync(join(consoleFolder, name), { force: true })
      cpSync(copyFolder, consoleFolder, { recursive: true })
    },
    async close() {
      if (host) {
        await host.ask('close')
        await pool.giveBack(host)
        host = null
      }
      await proxy.close()
    },
  }
}

/**
 * RLIMIT_FSIZE of a running process: a write beyond it fails half-way as on a full disk, with EFBIG in the place of ENOSPC.
 * Needs neither root nor a file system of its own.
 */
function limitFileSize(pid: number, bytes: number | null): void {
  const { status, stderr } = spawnSync('prlimit', ['--pid', String(pid), `--fsize=${bytes ?? 'unlimited'}:unlimited`])
  if (status !== 0) throw new Error(`prlimit: ${String(stderr)}`)
}

/** Under the write lock nothing is added, so that the file first and then its log are one state. */
function copyConsole(from: string, to: string): boolean {
  if (!existsSync(join(from, 'console.db'))) return false
  rmSync(to, { recursive: true, force: true })
  mkdirSync(to)
  const database = openConsole(from, false)
  try {
    database.exec('BEGIN IMMEDIATE')
    for (const name of ['console.db', 'console.db-wal'])
      if (existsSync(join(from, name))) cpSync(join(from, name), join(to, name))
    database.exec('ROLLBACK')
    return true
  } finally {
    database.close()
  }
}

/** How far the write-ahead log of a console reaches now. */
export function logBytes(folder: string): number {
  const file = join(folder, 'console.db-wal')
  return existsSync(file) ? statSync(file).size : 0
}
