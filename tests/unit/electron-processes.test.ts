/** The native program behind the shell: started again with patience, and a person asked when that does not help. */
import type { MessagePortMain } from 'electron'
import { EventEmitter } from 'node:events'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { type Hosting, hostNative, type NativeTrouble } from '../../electron/processes.ts'
import { afterExit, gpuPolicy, nativePolicy, pagePolicy } from '../../electron/restart-policy.ts'
import type { ShellMessage } from '../../native/contract/shell-messages.ts'
import { eventually, silent } from './support.ts'

describe('after an exit', () => {
  test('delays grow, and the fifth exit in ten minutes asks', () => {
    let exits: readonly number[] = []
    const steps = [0, 1_000, 2_000, 3_000, 4_000].map((now) => {
      const record = afterExit(nativePolicy, exits, now)
      exits = record.exits
      return record.next.kind === 'restart' ? record.next.delayMs : 'ask'
    })
    expect(steps).toEqual([500, 2_000, 5_000, 15_000, 'ask'])
  })

  test('exits long ago do not count', () => {
    const hour = 3_600_000
    expect(afterExit(nativePolicy, [0, 1, 2, 3], hour)).toEqual({
      exits: [hour],
      next: { kind: 'restart', delayMs: 500 },
    })
    expect(afterExit(pagePolicy, [0], hour).next.kind).toBe('restart')
    expect(afterExit(pagePolicy, [hour - 1], hour).next.kind).toBe('ask')
    expect(afterExit(gpuPolicy, [hour - 2, hour - 1], hour).next.kind).toBe('ask')
  })

  test('nothing restarts without end: so many exits in the window always ask', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 0, max: 60_000 }), { minLength: 5 }), (pauses) => {
        let now = 0
        let exits: readonly number[] = []
        const asked = pauses.map((pause) => {
          const record = afterExit(nativePolicy, exits, (now += pause))
          exits = record.exits
          return record.next.kind === 'ask'
        })
        return asked.slice(4).every(Boolean)
      }),
    )
  })
})

class FakeProcess extends EventEmitter {
  readonly sent: { message: ShellMessage; ports: number }[] = []
  postMessage(message: ShellMessage, transfer: unknown[] = []): void {
    this.sent.push({ message, ports: transfer.length })
    if (message.type === 'close') queueMicrotask(() => this.emit('exit', 0))
  }
  ready(port: number): void {
    this.emit('message', { type: 'ready', mediaOrigin: `http://127.0.0.1:${port}` })
  }
  kill(): boolean {
    return true
  }
}

function host(changes: Partial<Hosting> = {}) {
  const processes: FakeProcess[] = []
  const waits: number[] = []
  const asked: NativeTrouble[] = []
  const known: string[] = []
  const native = hostNative({
    fork: () => {
      const process = new FakeProcess()
      processes.push(process)
      return process
    },
    configurationFile: '/etc/console.json',
    allowedOrigins: ['console://app'],
    databaseKey: 'k',
    log: silent,
    ask: (trouble) => (asked.push(trouble), Promise.resolve(true)),
    onMediaKnown: (origin) => known.push(origin),
    now: () => 0,
    wait: (ms) => (waits.push(ms), Promise.resolve()),
    ...changes,
  })
  return { native, processes, waits, asked, known, run: (count: number) => eventually(() => processes[count - 1]) }
}

const page = () => {
  let isClosed = false
  return { port: { close: () => (isClosed = true) } as unknown as MessagePortMain, isClosed: () => isClosed }
}

test('it is told what to open, and pages wait until it is ready', async () => {
  const { native, processes, known } = host()
  expect(processes[0]?.sent[0]?.message).toEqual({
    type: 'open',
    configurationFile: '/etc/console.json',
    allowedOrigins: ['console://app'],
    databaseKey: 'k',
  })
  const { port } = page()
  const answer = native.connect(port, new AbortController().signal)
  processes[0]!.ready(4_000)
  expect(await answer).toBe('connected')
  expect(processes[0]!.sent.at(-1)).toEqual({ message: { type: 'page' }, ports: 1 })
  expect(await native.mediaOrigin(new AbortController().signal)).toBe('http://127.0.0.1:4000')
  expect(known).toEqual(['http://127.0.0.1:4000'])
  native.tell('suspend')
  native.tell('resume')
  expect(processes[0]!.sent.slice(-2).map(({ message }) => message.type)).toEqual(['suspend', 'resume'])
  await native.close()
  expect(processes).toHaveLength(1)
})

test('when it does not come in time the page is told so and its port is closed', async () => {
  const { native } = host()
  const { port, isClosed } = page()
  expect(await native.connect(port, AbortSignal.timeout(1))).toBe('unreachable')
  expect(isClosed()).toBe(true)
  expect(await native.mediaOrigin(AbortSignal.timeout(1))).toBe(null)
  await native.close()
})

test('it is started again with growing delays, then a person is asked, and the counting begins anew', async () => {
  const { native, processes, waits, asked, known, run } = host()
  for (let count = 1; count <= 6; count += 1) {
    const process = await run(count)
    process.ready(4_000 + count)
    await native.mediaOrigin(new AbortController().signal)
    process.emit('exit', 9)
  }
  await run(7)
  expect(waits).toEqual([500, 2_000, 5_000, 15_000, 500])
  expect(asked).toEqual([{ kind: 'crashing', exits: 5 }])
  expect(known).toHaveLength(6)
  await native.close()
  expect(processes).toHaveLength(7)
})

test('a start that failed for a reason is shown with it and not tried again by itself', async () => {
  const answers = [true, false]
  const asked: NativeTrouble[] = []
  const { native, processes, waits, run } = host({
    ask: (trouble) => (asked.push(trouble), Promise.resolve(answers.shift() ?? false)),
  })
  for (const count of [1, 2]) {
    const process = await run(count)
    process.emit('message', { type: 'failed', code: 'wrong-key', chinese: '密钥不符', english: 'wrong key' })
    process.emit('exit', 1)
  }
  await eventually(() => asked.length === 2)
  expect(asked[0]).toEqual({ kind: 'failed', chinese: '密钥不符', english: 'wrong key' })
  expect(waits).toEqual([])
  expect(processes).toHaveLength(2)
  await native.close()
})

test('closing while it waits to start again starts nothing more', async () => {
  const { native, processes } = host({
    wait: (_ms, signal) =>
      new Promise((_, reject) => signal.addEventListener('abort', () => reject(signal.reason as Error))),
  })
  processes[0]!.emit('exit', 9)
  await Promise.resolve()
  await native.close()
  expect(processes).toHaveLength(1)
})
