/**
 * The cameras of the wall benches, a process of its own: one encoded picture (640x360, 15 frames a second, 0.5 Mbit/s of H.264, a key
 * frame every 2 s), sent by as many RTSP servers as there are cameras, each with a clock of its own. Nothing is encoded while it sends.
 */
import { loadLook } from '../district/cameras/clips.ts'
import { openGate } from '../district/cameras/digest.ts'
import type { FaultKind } from '../district/cameras/faults.ts'
import { looks } from '../district/cameras/looks.ts'
import { startPacer } from '../district/cameras/pacer.ts'
import { openRtspServer } from '../district/cameras/rtsp-server.ts'
import { cameraIds, lagOf } from './wall-cameras.ts'

export interface SourceSaid {
  /** RTSP addresses by camera. */
  addresses: Record<string, string>
}
/** Drops the camera's connections and refuses new ones for so long. */
export interface SourceAsk {
  restart: string
  awayMs: number
}

const host = '127.0.0.1'
const [count = '0', cacheFolder = ''] = process.argv.slice(2)
const { signal } = new AbortController()
const { clips } = await loadLook(looks[0]!, { cacheFolder, signal, log: console.log })
if (!clips) throw new Error('the first look is none of RTSP')
const { sub } = clips
const gate = openGate('none', null, false)
const away = new Map<string, FaultKind>()

async function openCamera(id: string) {
  const lag = lagOf(id)
  const now = () => Date.now() - lag
  const server = await openRtspServer({
    ...{ host, port: 0, start: 'next-key', sessionSeconds: 60, now, log: () => {} },
    camera: (asked) => (asked === id ? { id, gate, clips: { main: sub, sub } } : undefined),
    faultOf: (asked) => away.get(asked) ?? null,
  })
  startPacer({ now, signal, onFrame: server.tick })
  return [id, server] as const
}

const cameras = new Map(await Promise.all(cameraIds(Number(count)).map(openCamera)))

process.on('message', ({ restart, awayMs }: SourceAsk) => {
  away.set(restart, 'reboot')
  cameras.get(restart)?.drop(restart)
  setTimeout(() => away.delete(restart), awayMs)
})
// Whoever started it has gone.
process.on('disconnect', () => process.exit())
const addresses = Object.fromEntries([...cameras].map(([id, { port }]) => [id, `rtsp://${host}:${port}/${id}/sub`]))
process.send?.({ addresses } satisfies SourceSaid)
