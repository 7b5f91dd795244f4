/** Entry of the media thread: serves pictures where SQLite cannot hold them up. Started by media-gateway.ts as a worker_threads Worker. */
import { parentPort, workerData } from 'node:worker_threads'
import { pino } from 'pino'
import { systemClock } from '../clock.ts'
import { startMediaServer } from './media-server.ts'
import type { FromWorker, ToWorker, WorkerSettings } from './worker-messages.ts'

async function serve(): Promise<void> {
  const port = parentPort
  if (!port) throw new Error('this file is the entry of a worker thread')
  const settings = workerData as WorkerSettings
  const tell = (message: FromWorker) => port.postMessage(message)
  const log = pino({ level: settings.logLevel, base: null }, { write: (record) => tell({ type: 'log', record }) })
  const server = await startMediaServer({
    port: settings.port,
    token: settings.token,
    allowedOrigins: settings.allowedOrigins,
    clock: systemClock,
    random: Math.random,
    log,
    onUse: (use) => tell({ type: 'use', use }),
    onState: (state) => tell({ type: 'state', state }),
    onKeyWanted: (watchId) => tell({ type: 'key-wanted', watchId }),
  }).catch((error: unknown) => {
    tell({ type: 'refused', message: String(error) })
    return null
  })
  if (!server) return port.close()
  port.on('message', (message: ToWorker) => {
    if (message.type === 'grant') {
      server.grant(message.watchId, message.source, message.terms)
      tell({ type: 'granted', watchId: message.watchId })
    } else if (message.type === 'revoke') server.revoke(message.watchId)
    else if (message.type === 'read-recent') {
      void server.recent(message.watchId, message.from, message.to).then((recent) => {
        // Given away, not copied.
        const given = recent.outcome === 'clip' ? [recent.file.buffer] : []
        port.postMessage({ type: 'recent', number: message.number, recent } satisfies FromWorker, given)
      })
    } else void server.close().then(() => process.exit())
  })
  tell({ type: 'listening', port: server.port })
}

await serve()
