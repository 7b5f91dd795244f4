import { once } from 'node:events'
import { afterEach, expect, it } from 'vitest'
import { type WebSocket as ServerSocket, WebSocketServer } from 'ws'
import { encodeAccessUnit, type MediaRequest } from '../../native/contract/media-wire.ts'
import { createMediaWire, type MediaWire, type StreamListener } from '../../renderer/players/media-wire.ts'
import { manualTime, settle } from './players-time.ts'

const closing: (() => void)[] = []
afterEach(() => closing.splice(0).forEach((close) => close()))

/** A gateway that only listens: what it was told, and the sockets it holds. */
async function listen() {
  const server = new WebSocketServer({
    port: 0,
    host: '127.0.0.1',
    path: '/media',
    handleProtocols: (offered) => (offered.has('token-1') ? 'media' : false),
  })
  await once(server, 'listening')
  closing.push(() => {
    server.clients.forEach((client) => client.terminate())
    server.close()
  })
  const heard: MediaRequest[] = []
  const waiters = new Set<() => void>()
  server.on('connection', (socket) =>
    socket.on('message', (data) => {
      heard.push(JSON.parse(String(data)) as MediaRequest)
      waiters.forEach((wake) => wake())
    }),
  )
  const { port } = server.address() as { port: number }
  return {
    heard,
    /** Resolves when this many requests have come. */
    async hears(count: number) {
      while (heard.length < count) await new Promise<void>((resolve) => waiters.add(resolve))
    },
    socket: () => [...server.clients][0] as ServerSocket,
    sockets: () => server.clients.size,
    access: async () => ({ origin: `http://127.0.0.1:${port}`, token: 'token-1' }),
  }
}

function listener() {
  const got: string[] = []
  const waiters = new Set<() => void>()
  const note = (text: string) => {
    got.push(text)
    waiters.forEach((wake) => wake())
  }
  const told: StreamListener = {
    unit: (unit) => note(`unit ${unit.timestamp} ${unit.key} ${[...unit.data].join(',')}`),
    notice: (notice) => note(`notice ${notice.type}`),
    broken: () => note('broken'),
  }
  return {
    got,
    told,
    async gets(count: number) {
      while (got.length < count) await new Promise<void>((resolve) => waiters.add(resolve))
    },
  }
}

function wireTo(access: () => Promise<{ origin: string; token: string }>) {
  const time = manualTime()
  const wire: MediaWire = createMediaWire({ access, timing: time })
  closing.push(wire.close)
  return { time, wire }
}

it('carries every stream over one socket and gives each listener its own units', async () => {
  const gateway = await listen()
  const { wire } = wireTo(gateway.access)
  const [one, two] = [listener(), listener()]
  wire.open('watch-1', one.told)
  const second = wire.open('watch-2', two.told)
  await gateway.hears(2)
  expect(gateway.heard).toEqual([
    { type: 'open', stream: 1, watchId: 'watch-1' },
    { type: 'open', stream: 2, watchId: 'watch-2' },
  ])
  expect(gateway.sockets()).toBe(1)

  const data = new Uint8Array([0, 0, 0, 1, 0x65])
  gateway.socket().send(encodeAccessUnit({ stream: 2, key: true, timestamp: 9, receivedAt: 5, data }))
  gateway.socket().send(JSON.stringify({ type: 'dropped', stream: 1, count: 3 }))
  await Promise.all([one.gets(1), two.gets(1)])
  expect(two.got).toEqual(['unit 9 true 0,0,0,1,101'])
  expect(one.got).toEqual(['notice dropped'])

  second.refresh()
  second.close()
  await gateway.hears(4)
  expect(gateway.heard.slice(2)).toEqual([
    { type: 'refresh', stream: 2 },
    { type: 'close', stream: 2 },
  ])
})

it('counts frames of another protocol and goes on', async () => {
  const gateway = await listen()
  const { wire } = wireTo(gateway.access)
  const one = listener()
  wire.open('watch-1', one.told)
  await gateway.hears(1)
  for (const bad of ['{"type":"eval"}', new Uint8Array(3), new Uint8Array(24).fill(1), '\u0000'])
    gateway.socket().send(bad)
  gateway.socket().send(JSON.stringify({ type: 'dropped', stream: 1, count: 1 }))
  await one.gets(1)
  expect(wire.refusedFrames).toBe(4)
})

it('opens the streams again after the gateway went away, and says that units are missing', async () => {
  const gateway = await listen()
  const { time, wire } = wireTo(gateway.access)
  const one = listener()
  wire.open('watch-1', one.told)
  await gateway.hears(1)
  gateway.socket().terminate()
  await one.gets(1)
  expect(one.got).toEqual(['broken'])
  await time.advance(300)
  await gateway.hears(2)
  expect(gateway.heard[1]).toEqual({ type: 'open', stream: 1, watchId: 'watch-1' })
})

it('keeps asking for the gateway with growing delays while there is none', async () => {
  let asked = 0
  const { time, wire } = wireTo(async () => {
    asked += 1
    throw new Error('no gateway')
  })
  wire.open('watch-1', listener().told)
  await time.advance(60_000)
  expect(asked).toBeGreaterThan(8)
  expect(asked).toBeLessThan(20)
  wire.close()
  await settle()
  expect(time.pauses).toBe(0)
})

it('lets the socket go when nobody has needed it for a while', async () => {
  const gateway = await listen()
  const { time, wire } = wireTo(gateway.access)
  wire.open('watch-1', listener().told).close()
  const kept = wire.open('watch-2', listener().told)
  await gateway.hears(1)
  await time.advance(6000)
  expect(gateway.sockets()).toBe(1)
  const closed = once(gateway.socket(), 'close')
  kept.close()
  await time.advance(6000)
  await closed
  expect(gateway.sockets()).toBe(0)
})
