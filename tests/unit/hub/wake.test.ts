/** After sleep, or on another network, the link is back at once instead of after its time-outs. */
import { expect, onTestFinished, test } from 'vitest'
import { pong } from '../../../native/hub/protocol.ts'
import { watchWaking } from '../../../native/hub/wake-watch.ts'
import { startFaultProxy } from '../../faults/fault-proxy.ts'
import { manualClock } from '../duty-clock.ts'
import { eventually, monday, temporaryFolder } from '../support.ts'
import { openConsole, openDistrict } from './console-parts.ts'

/** A console that would try again only after minutes, behind a line that can be broken. */
async function openFar() {
  const district = await openDistrict()
  const line = await startFaultProxy()
  onTestFinished(() => line.close())
  line.setUpstream(district.hub.port)
  const url = `https://127.0.0.1:${line.port}`
  const console = openConsole(district.configFile, temporaryFolder(), { url, reconnectMs: 600_000 })
  await eventually(console.isOnline)
  return { console, line }
}

test('a machine that slept, or came into another network, is noticed; time that passes is not', async () => {
  const clock = manualClock(monday)
  let [addresses, woken] = ['10.0.0.5', 0]
  onTestFinished(watchWaking({ clock, addresses: () => addresses, woke: () => (woken += 1) }))
  await clock.advance(60_000)
  expect(woken).toBe(0)
  addresses = '10.0.0.5 192.168.1.7'
  await clock.advance(1_000)
  expect(woken).toBe(1)
  await clock.advance(10_000)
  expect(woken).toBe(1)
})

test('sleep stops the looks, and the first one after it is late', async () => {
  let now = monday
  let [woken, looks] = [0, 0]
  const clock = {
    now: () => now,
    sleep: async (ms: number, signal?: AbortSignal) => {
      signal?.throwIfAborted()
      looks += 1
      now += looks === 3 ? 3_600_000 : ms
      await new Promise((resolve) => setImmediate(resolve))
    },
  }
  const stop = watchWaking({ clock, addresses: () => '', woke: () => (woken += 1) })
  await eventually(() => looks > 5)
  stop()
  expect(woken).toBe(1)
})

test('without a connection it connects at once', async () => {
  const { console, line } = await openFar()
  line.apply('down')
  await eventually(() => !console.isOnline())
  line.mend()
  console.link.wake()
  await eventually(console.isOnline)
})

test('a connection that is dead without saying so is replaced, a living one is kept', async () => {
  const { console, line } = await openFar()
  let welcomes = 0
  onTestFinished(console.link.welcomed.subscribe(() => (welcomes += 1)))
  console.link.wake()
  // Answered after the question of `wake`.
  await console.link.request('link.ping', { sentAt: Date.now() }, pong)
  expect(welcomes).toBe(0)
  line.apply('half-open')
  console.link.wake()
  await eventually(() => welcomes === 1)
})
