/** Runs the simulated cameras alone: `node tests/district/cameras/serve-cameras.ts --count 16`. */
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import { openCameraPark } from './camera-park.ts'

const { values } = parseArgs({
  options: {
    count: { type: 'string', default: '16' },
    seed: { type: 'string', default: '1' },
    host: { type: 'string', default: '127.0.0.1' },
    cache: { type: 'string', default: fileURLToPath(new URL('../../../build/out/camera-clips', import.meta.url)) },
    'rtsp-port': { type: 'string', default: '0' },
    'http-port': { type: 'string', default: '0' },
    start: { type: 'string', default: 'next-key' },
  },
})
const count = Number(values.count)
const stopping = new AbortController()
process.once('SIGINT', () => stopping.abort())
process.once('SIGTERM', () => stopping.abort())

const park = await openCameraPark({
  host: values.host,
  seed: Number(values.seed),
  cacheFolder: values.cache,
  count: {
    'public-security': Math.ceil(count / 2),
    'land-bureau': Math.floor(count / 4),
    'civil-defense': Math.floor(count / 2) - Math.floor(count / 4),
  },
  rtspPort: Number(values['rtsp-port']),
  httpPort: Number(values['http-port']),
  start: values.start === 'last-key' || values.start === 'live' ? values.start : 'next-key',
  signal: stopping.signal,
  log: console.error,
})
for (const { id, name, source, credentials } of park.cameras)
  console.log(JSON.stringify({ id, name, source, credentials }))
console.error(`rtsp ${values.host}:${park.rtspPort}, http ${values.host}:${park.httpPort}, Ctrl-C ends it`)
