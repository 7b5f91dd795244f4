/** Topics: a snapshot, then deltas without gaps, nothing for nothing, and an end that leaves nobody listening. */
import { once } from 'node:events'
import type { AddressInfo } from 'node:net'
import { createORPCClient } from '@orpc/client'
import { RPCLink as PortLink } from '@orpc/client/message-port'
import { RPCLink as SocketLink } from '@orpc/client/websocket'
import { type AnyRouter, os, type RouterClient } from '@orpc/server'
import { RPCHandler as PortHandler } from '@orpc/server/message-port'
import { RPCHandler as SocketHandler } from '@orpc/server/ws'
import fc from 'fast-check'
import { expect, onTestFinished, test } from 'vitest'
import { WebSocketServer } from 'ws'
import type { Clock } from '../../native/clock.ts'
import { createEmitter } from '../../native/signal.ts'
import { followTopic, wholeState } from '../../native/topic.ts'
import { eventually } from './support.ts'

const instantly: Clock = { now: () => 0, sleep: () => Promise.resolve() }

function counted<T>() {
  const emitter = createEmitter<T>()
  let listeners = 0
  return {
    emit: emitter.emit,
    listeners: () => listeners,
    subscribe(listener: (value: T) => void) {
      listeners += 1
      const stop = emitter.subscribe(listener)
      return () => {
        listeners -= 1
        stop()
      }
    },
  }
}

test('a reader that follows the deltas always ends with the newest state, however writes and reads interleave', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.oneof(fc.integer({ min: 0, max: 3 }), fc.constant('read' as const))),
      async (script) => {
        const changed = counted<void>()
        let state = 0
        const closing = new AbortController()
        const topic = followTopic(
          wholeState(changed, () => state),
          instantly,
          closing.signal,
        )
        let seen = -1
        let sequence = -1
        const take = async () => {
          const { value } = await topic.next()
          if (!value) return
          expect(value.sequence).toBe(sequence + 1)
          sequence = value.sequence
          seen = value.kind === 'snapshot' ? value.snapshot : value.delta
        }
        await take()
        for (const step of script) {
          if (step === 'read') {
            if (seen !== state) await take()
          } else {
            state = step
            changed.emit()
          }
        }
        if (seen !== state) await take()
        expect(seen).toBe(state)
        closing.abort()
        expect((await topic.next()).done).toBe(true)
        expect(changed.listeners()).toBe(0)
      },
    ),
  )
})

test('null is a state like any other: a sign-out, a case that went away', async () => {
  const changed = counted<void>()
  let state: string | null = 'somebody'
  const topic = followTopic(
    wholeState(changed, () => state),
    instantly,
    undefined,
  )
  await topic.next()
  state = null
  changed.emit()
  expect((await topic.next()).value).toEqual({ kind: 'delta', sequence: 1, delta: null })
})

test('a topic that its reader abandons stops listening', async () => {
  const changed = counted<void>()
  const topic = followTopic(
    wholeState(changed, () => 1),
    instantly,
    undefined,
  )
  await topic.next()
  expect(changed.listeners()).toBe(1)
  await topic.return()
  expect(changed.listeners()).toBe(0)
})

test.each(['websocket', 'message-port'])(
  'over a %s, a topic that its reader leaves is closed on the serving side',
  async (kind) => {
    const changed = counted<void>()
    const router = {
      watch: os.handler(({ signal }) =>
        followTopic(
          wholeState(changed, () => 1),
          instantly,
          signal,
        ),
      ),
    }
    const client: RouterClient<typeof router> = createORPCClient(
      await (kind === 'websocket' ? overSocket : overPort)(router),
    )
    const topic = await client.watch()
    await topic.next()
    expect(changed.listeners()).toBe(1)
    // The reader waits for a delta that never comes, and then goes.
    const waiting = topic.next()
    await topic.return()
    expect((await waiting).done).toBe(true)
    await eventually(() => changed.listeners() === 0)
  },
)

async function overSocket(router: AnyRouter) {
  const server = new WebSocketServer({ port: 0, host: '127.0.0.1' })
  server.on('connection', (socket) => void new SocketHandler(router).upgrade(socket))
  await once(server, 'listening')
  const socket = new WebSocket(`ws://127.0.0.1:${(server.address() as AddressInfo).port}`)
  onTestFinished(() => {
    socket.close()
    server.close()
  })
  return new SocketLink({ websocket: socket })
}

async function overPort(router: AnyRouter) {
  const { port1, port2 } = new MessageChannel()
  new PortHandler(router).upgrade(port1)
  port1.start()
  port2.start()
  onTestFinished(() => port1.close())
  return new PortLink({ port: port2 })
}
