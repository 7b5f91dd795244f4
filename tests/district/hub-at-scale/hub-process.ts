/** Entry of one process of the hub at scale: told by its parent what to serve, it says its port, and ends with its parent. */
import { join } from 'node:path'
import { pino } from 'pino'
import { prepareCertificates } from '../certificates.ts'
import { createGeography } from '../geography/geography.ts'
import { recipientsFrom } from '../handsets.ts'
import { startScaledHub } from './hub.ts'
import type { ProcessOrder } from './hub-processes.ts'

async function serve({ folder, port, seed, databaseUrl, redisUrl }: ProcessOrder): Promise<void> {
  const log = pino(pino.destination({ dest: join(folder, 'hub-processes.log'), sync: true }))
  const tls = await prepareCertificates(folder, Date.now)
  const recipients = recipientsFrom(createGeography(seed))
  const hub = await startScaledHub({ databaseUrl, redisUrl, port, folder, tls, recipients, clock: Date.now, log })
  process.once('SIGTERM', () => void hub.close().finally(() => process.exit()))
  process.send?.({ port: hub.port })
}

process.once('disconnect', () => process.exit())
process.once('message', (order: ProcessOrder) => {
  serve(order).catch((error: unknown) => {
    console.error(`the hub process cannot run: ${String(error)}`)
    process.exit(1)
  })
})
