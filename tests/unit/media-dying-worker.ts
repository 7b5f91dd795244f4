/** The media worker, which dies when it is granted a watch named `die`. */
import { parentPort } from 'node:worker_threads'

parentPort?.on('message', (message: { watchId?: string }) => {
  if (message.watchId === 'die') throw new Error('killed by the test')
})
await import('../../native/media/media-worker.ts')
