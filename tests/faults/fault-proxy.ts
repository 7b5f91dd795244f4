/** A TCP proxy between one console and the hub that does what bad lines do. TLS passes through it unread. */
import { createConnection, createServer, type AddressInfo, type Socket } from 'node:net'

/**
 * `delay`: everything comes later. `pause`: nothing passes until it is mended. `cut`: every connection is reset, new ones come through.
 * `down`: as `cut`, and new ones are refused. `lose-up`, `lose-down`: what the console, or the hub, says is lost; the other
 * direction goes on (an operation is done whose answer never comes, and is sent again). `half-open`: the hub sees its
 * end close, the console sees nothing. `truncate-up`, `truncate-down`: the next thing that is said ends in its middle.
 */
export const networkFaults = [
  'delay',
  'pause',
  'cut',
  'down',
  'lose-up',
  'lose-down',
  'half-open',
  'truncate-up',
  'truncate-down',
] as const
export type NetworkFault = (typeof networkFaults)[number]

export interface FaultProxy {
  port: number
  /** Where the hub listens now; null: nowhere. */
  setUpstream(port: number | null): void
  apply(fault: NetworkFault): void
  /** Lines are good again. Connections that lost bytes are reset: no TCP could go on with them. */
  mend(): void
  close(): Promise<void>
}

interface Line {
  console: Socket
  hub: Socket
  hasLost: boolean
  held: (() => void)[]
}

const delayMs = 40

export async function startFaultProxy(): Promise<FaultProxy> {
  const lines = new Set<Line>()
  let upstream: number | null = null
  let fault: NetworkFault | null = null

  const end = (line: Line) => {
    lines.delete(line)
    line.console.resetAndDestroy()
    line.hub.resetAndDestroy()
  }
  const endAll = () => {
    for (const line of [...lines]) end(line)
  }

  function pass(line: Line, bytes: Buffer, to: 'up' | 'down'): void {
    const target = to === 'up' ? line.hub : line.console
    const write = () => void (target.writable && target.write(bytes))
    if (fault === `lose-${to}` || (fault === 'half-open' && line.hub.destroyed)) line.hasLost = true
    else if (fault === `truncate-${to}`) {
      fault = null
      target.end(bytes.subarray(0, Math.floor(bytes.length / 2)), () => end(line))
    } else if (fault === 'pause') line.held.push(write)
    else if (fault === 'delay' || line.held.length > 0) {
      // Later, and never before what came earlier.
      line.held.push(write)
      setTimeout(() => line.held.shift()?.(), delayMs)
    } else write()
  }

  const server = createServer((socket) => {
    if (upstream === null || fault === 'down') return void socket.resetAndDestroy()
    const line: Line = { console: socket, hub: createConnection(upstream, '127.0.0.1'), hasLost: false, held: [] }
    lines.add(line)
    for (const one of [line.console, line.hub]) {
      one.setNoDelay(true)
      one.on('error', () => undefined)
    }
    line.console.on('data', (bytes) => pass(line, bytes, 'up'))
    line.hub.on('data', (bytes) => pass(line, bytes, 'down'))
    line.console.once('close', () => end(line))
    line.hub.once('close', () => {
      if (fault !== 'half-open' && fault !== 'pause') end(line)
      else line.hasLost = true
    })
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))

  return {
    port: (server.address() as AddressInfo).port,
    setUpstream: (port) => void (upstream = port),
    apply(next) {
      fault = next
      if (next === 'cut' || next === 'down') endAll()
      if (next === 'cut') fault = null
      if (next === 'half-open') for (const { hub } of lines) hub.resetAndDestroy()
    },
    mend() {
      fault = null
      for (const line of [...lines]) {
        if (line.hasLost) end(line)
        else for (const write of line.held.splice(0)) write()
      }
    },
    async close() {
      endAll()
      await new Promise((resolve) => server.close(resolve))
    },
  }
}
