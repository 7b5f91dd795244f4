/** Redis between the hub's processes: socket.io's streams adapter, so that a poke reaches workstations of every process. */
import { once } from 'node:events'
import { createAdapter } from '@socket.io/redis-streams-adapter'
import { Redis } from 'ioredis'
import type { Logger } from 'pino'

/**
 * Publishing never waits: without Redis a poke reaches the workstations of this process only, the others ask by themselves.
 * Reading waits as long as it takes: the adapter would ask again without a pause.
 */
const publishing = { enableOfflineQueue: false, maxRetriesPerRequest: 0, commandTimeout: 2_000, connectTimeout: 5_000 }
const reading = { enableOfflineQueue: true, maxRetriesPerRequest: null, socketTimeout: 10_000 }

class Connection extends Redis {
  /** The adapter does not look at every answer, and one that nobody looks at must not end the process. */
  override sendCommand(...command: Parameters<Redis['sendCommand']>): unknown {
    const answer = super.sendCommand(...command)
    if (answer instanceof Promise) answer.catch(() => undefined)
    return answer
  }
}

export interface Pokes {
  adapter: ReturnType<typeof createAdapter>
  close(): void
}

/** At the start Redis is waited for, but not longer than this: it may also come later. */
const startMs = 3_000

export async function openPokes(url: string, log: Logger): Promise<Pokes> {
  const publisher = new Connection(url, { ...publishing, retryStrategy: (times) => Math.min(times * 100, 2_000) })
  let isThere = true
  publisher.on('error', (error) => {
    if (isThere) log.warn({ error: String(error) }, 'Redis is away: pokes stay in this process')
    isThere = false
  })
  publisher.on('ready', () => (isThere = true))
  const connections = [publisher]
  // The adapter duplicates its client for those that it reads from.
  const duplicate = () => {
    const reader = new Connection(url, reading)
    connections.push(reader)
    return reader
  }
  const adapter = createAdapter(Object.assign(publisher, { duplicate }))
  const signal = AbortSignal.timeout(startMs)
  await Promise.all(connections.map((one) => once(one, 'ready', { signal }))).catch(() => undefined)
  return {
    adapter,
    close() {
      for (const one of connections) one.disconnect()
    },
  }
}
