/** A line between two ends as townships have them: so many bits a second each way, so long a way; and it counts. */
import { createServer, connect, type AddressInfo, type Socket } from 'node:net'

export interface Line {
  port: number
  /** Bytes that have passed since the last `count`: up towards the far end, and down. */
  count(): { up: number; down: number }
  close(): void
}

export interface LineKind {
  bitsPerSecond: number
  /** Milliseconds one way. */
  delayMs: number
}

/** A leased line of a township: 20 Mbit/s, 15 ms one way. */
export const township: LineKind = { bitsPerSecond: 20_000_000, delayMs: 15 }
export const loopback: LineKind = { bitsPerSecond: Infinity, delayMs: 0 }

/** Sends on with the line's rate and delay; stops reading while much waits, so that the sender feels the line. */
function passOn(from: Socket, to: Socket, kind: LineKind, counted: (bytes: number) => void): void {
  let freeAt = performance.now()
  from.on('data', (data: Buffer) => {
    counted(data.length)
    if (kind === loopback) {
      if (!to.write(data)) {
        from.pause()
        to.once('drain', () => from.resume())
      }
      return
    }
    const now = performance.now()
    freeAt = Math.max(freeAt, now) + (data.length * 8000) / kind.bitsPerSecond
    const arrivesIn = freeAt - now + kind.delayMs
    if (arrivesIn > kind.delayMs + 20) {
      from.pause()
      setTimeout(() => from.resume(), freeAt - now)
    }
    setTimeout(() => to.writable && to.write(data), arrivesIn)
  })
  from.on('error', () => undefined)
  from.on('close', () => setTimeout(() => to.destroy(), kind === loopback ? 0 : 200))
}

/** Whoever connects to `port` of this machine is connected with `farPort` over the line. */
export async function openLine(farPort: number, kind: LineKind): Promise<Line> {
  let passed = { up: 0, down: 0 }
  const sockets = new Set<Socket>()
  const server = createServer({ noDelay: true }, (near) => {
    const far = connect({ port: farPort, host: '127.0.0.1', noDelay: true })
    for (const socket of [near, far]) {
      sockets.add(socket)
      socket.on('close', () => sockets.delete(socket))
    }
    passOn(near, far, kind, (bytes) => (passed.up += bytes))
    passOn(far, near, kind, (bytes) => (passed.down += bytes))
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return {
    port: (server.address() as AddressInfo).port,
    count() {
      const before = passed
      passed = { up: 0, down: 0 }
      return before
    },
    close() {
      server.close()
      for (const socket of sockets) socket.destroy()
    },
  }
}

/** Milliseconds until `up` bytes have gone one way and `down` bytes the other over a bare TCP socket on the line. */
export async function bareTransfer(kind: LineKind, { up, down }: { up: number; down: number }): Promise<number> {
  const far = createServer((socket) => {
    let left = up
    socket.on('data', (data: Buffer) => {
      left -= data.length
      if (left <= 0) socket.end()
    })
    socket.on('error', () => undefined)
    socket.write(Buffer.alloc(down))
  })
  await new Promise<void>((resolve) => far.listen(0, '127.0.0.1', resolve))
  const line = await openLine((far.address() as AddressInfo).port, kind)
  const startedAt = performance.now()
  const near = connect({ port: line.port, host: '127.0.0.1' })
  near.write(Buffer.alloc(up))
  let left = down
  await new Promise<void>((resolve, reject) => {
    near.on('data', (data: Buffer) => {
      left -= data.length
      if (left <= 0) resolve()
    })
    near.on('error', reject)
  })
  const spent = performance.now() - startedAt
  near.destroy()
  line.close()
  far.close()
  return spent
}
