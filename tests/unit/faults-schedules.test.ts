/** Schedules of faults come from their seed alone, and a failing one is cut down to what makes it fail. */
import fc from 'fast-check'
import { createServer, connect } from 'node:net'
import { expect, onTestFinished, test } from 'vitest'
import { startFaultProxy } from '../faults/fault-proxy.ts'
import { describeSchedule } from '../faults/run-schedule.ts'
import { type Event, makeSchedule } from '../faults/schedule.ts'
import { shrink } from '../faults/shrink.ts'

test('the same seed makes the same schedule, another one another', () => {
  fc.assert(
    fc.property(fc.nat(), (seed) => {
      expect(makeSchedule(seed)).toEqual(makeSchedule(seed))
      expect(makeSchedule(seed).events.length).toBeGreaterThan(0)
    }),
  )
  expect(describeSchedule(makeSchedule(1))).not.toBe(describeSchedule(makeSchedule(2)))
})

test('every kind of event comes up', () => {
  const seen = new Set(
    Array.from({ length: 300 }, (_, seed) => makeSchedule(seed).events.map(({ kind }) => kind)).flat(),
  )
  expect(seen.size).toBe(22)
})

test('a schedule that fails by two of its events is cut down to these two', async () => {
  const event = (ms: number): Event => ({ kind: 'wait', ms })
  const schedule = { seed: 1, consoles: [{ isFresh: false }], events: Array.from({ length: 24 }, (_, ms) => event(ms)) }
  const smaller = await shrink(
    schedule,
    async ({ events }) => {
      const has = (wanted: number) => events.some((one) => one.kind === 'wait' && one.ms === wanted)
      return has(5) && has(17) ? [{ kind: 'lost', what: 'it fails' }] : []
    },
    500,
  )
  expect(smaller.schedule.events).toEqual([event(5), event(17)])
})

/** A server that says everything twice over, behind the proxy, and what the client heard. */
async function openLine() {
  const server = createServer((socket) => {
    socket.on('error', () => undefined)
    socket.on('data', (bytes) => socket.write(`${bytes.toString()}${bytes.toString()}`))
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const proxy = await startFaultProxy()
  proxy.setUpstream((server.address() as { port: number }).port)
  const socket = connect(proxy.port, '127.0.0.1')
  let heard = ''
  const heardMore = () => new Promise<void>((resolve) => socket.once('data', () => resolve()))
  socket.on('data', (bytes) => void (heard += bytes.toString()))
  socket.on('error', () => undefined)
  onTestFinished(async () => {
    await proxy.close()
    server.close()
  })
  await new Promise<void>((resolve) => socket.once('connect', resolve))
  return {
    proxy,
    socket,
    heardMore,
    heard: () => heard,
    closed: new Promise((resolve) => socket.once('close', resolve)),
  }
}

test('a line passes what it gets; a pause holds it back until it is mended', async () => {
  const { proxy, socket, heard, heardMore } = await openLine()
  socket.write('a')
  await heardMore()
  proxy.apply('pause')
  socket.write('b')
  const later = heardMore()
  proxy.mend()
  await later
  expect(heard()).toBe('aabb')
})

test('a truncated answer ends in its middle, and the line with it', async () => {
  const { proxy, socket, heard, closed } = await openLine()
  proxy.apply('truncate-down')
  socket.write('abcd')
  await closed
  expect(heard()).toBe('abcd')
})

test('a line that has lost bytes is reset when it is mended', async () => {
  const { proxy, socket, closed } = await openLine()
  let isClosed = false
  void closed.then(() => (isClosed = true))
  while (!isClosed) {
    proxy.apply('lose-up')
    socket.write('b')
    await new Promise((resolve) => setImmediate(resolve))
    proxy.mend()
  }
})

test('nobody comes through a line that is down', async () => {
  const { proxy, closed } = await openLine()
  proxy.apply('down')
  await closed
  const socket = connect(proxy.port, '127.0.0.1')
  socket.on('error', () => undefined)
  await new Promise((resolve) => socket.once('close', resolve))
})
