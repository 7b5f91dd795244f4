/** PostgreSQL and Redis for tests, as Debian packages them: in a folder of their own, on sockets that nobody else reaches. */
import { execFileSync, type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { chmodSync, existsSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { Redis } from 'ioredis'
import pg from 'pg'

/** Where Debian puts PostgreSQL's programs, one folder a version; null where they are not installed. */
function findPostgres(): string | null {
  const root = '/usr/lib/postgresql'
  const [newest] = existsSync(root) ? readdirSync(root).toSorted((a, b) => Number(b) - Number(a)) : []
  return newest === undefined ? null : join(root, newest, 'bin')
}
const redisServer = '/usr/bin/redis-server'

/** Why the hub at scale is left out here; null when nothing is missing. */
export function missingServices(): string | null {
  const missing = [...(findPostgres() ? [] : ['postgresql']), ...(existsSync(redisServer) ? [] : ['redis-server'])]
  return missing.length === 0 ? null : `${missing.join(' and ')} not installed`
}

export interface HubServices extends AsyncDisposable {
  redisUrl: string
  /** An empty database of its own. */
  createDatabase(): Promise<string>
  stopRedis(): Promise<void>
  startRedis(): Promise<void>
}

/** The servers refuse root, and end with whoever started them. */
function asServant(program: string, args: readonly string[]): [string, string[]] {
  const isRoot = process.getuid?.() === 0
  const user = isRoot ? ['--reuid=postgres', '--regid=postgres', '--init-groups'] : []
  return ['/usr/bin/setpriv', [...user, '--pdeathsig=INT', program, ...args]]
}

function start(program: string, args: readonly string[]): ChildProcess {
  return spawn(...asServant(program, args), { stdio: 'ignore' })
}

/** Without a last checkpoint (PostgreSQL, "Shutting Down the Server"): nobody opens this data again, or it was lost on purpose. */
async function stop(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return
  const ended = once(child, 'exit')
  child.kill('SIGQUIT')
  await ended
}

/** Tries for at most 20 s. */
async function untilItAnswers(ask: () => Promise<unknown>): Promise<void> {
  for (let tries = 200; ; tries -= 1) {
    try {
      await ask()
      return
    } catch (error) {
      if (tries === 0) throw error
      await sleep(100)
    }
  }
}

export async function startHubServices(): Promise<HubServices> {
  const folder = mkdtempSync(join(tmpdir(), 'hub-services-'))
  if (process.getuid?.() === 0) execFileSync('chown', ['postgres:postgres', folder])
  chmodSync(folder, 0o700)
  const bin = findPostgres() ?? ''
  const data = join(folder, 'data')
  execFileSync(...asServant(join(bin, 'initdb'), ['-D', data, '-U', 'hub', '-A', 'trust', '-E', 'UTF8', '--no-sync']))
  const postgres = start(join(bin, 'postgres'), ['-D', data, '-k', folder, '-c', 'listen_addresses='])
  const urlOf = (name: string) => `postgres://hub@localhost/${name}?host=${encodeURIComponent(folder)}`
  await untilItAnswers(() => query(urlOf('postgres'), 'SELECT 1'))

  const socket = join(folder, 'redis.sock')
  const settings = `port 0\nunixsocket ${socket}\ndir ${folder}\nsave ""\nappendonly yes\n`
  writeFileSync(join(folder, 'redis.conf'), settings)
  chmodSync(join(folder, 'redis.conf'), 0o644)
  let redis = start(redisServer, [join(folder, 'redis.conf')])
  const ping = () => untilItAnswers(() => pingRedis(socket))
  await ping()
  let databases = 0
  return {
    redisUrl: `unix://${socket}`,
    async createDatabase() {
      const name = `hub_${++databases}`
      await query(urlOf('postgres'), `CREATE DATABASE ${name}`)
      return urlOf(name)
    },
    stopRedis: () => stop(redis),
    async startRedis() {
      redis = start(redisServer, [join(folder, 'redis.conf')])
      await ping()
    },
    async [Symbol.asyncDispose]() {
      await Promise.all([stop(postgres), stop(redis)])
      rmSync(folder, { recursive: true, force: true })
    },
  }
}

async function query(connectionString: string, text: string): Promise<void> {
  const client = new pg.Client({ connectionString, connectionTimeoutMillis: 5_000 })
  try {
    await client.connect()
    await client.query(text)
  } finally {
    await client.end()
  }
}

async function pingRedis(path: string): Promise<void> {
  const client = new Redis(path, { lazyConnect: true, retryStrategy: () => null, maxRetriesPerRequest: 0 })
  client.on('error', () => undefined)
  try {
    await client.connect()
    await client.ping()
  } finally {
    client.disconnect()
  }
}
