/** Stands where the media worker would: no pictures are watched while faults are driven, and its thread costs a start. */
import { parentPort } from 'node:worker_threads'

parentPort?.on('message', (message: { type: string }) => {
  if (message.type === 'close') process.exit()
})
parentPort?.postMessage({ type: 'listening', port: 9 })
