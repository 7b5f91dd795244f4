/** A hub's evidence over TLS, a line that can be cut at any byte, and a workstation's evidence on a real database. */
import { createHash } from 'node:crypto'
import { createServer } from 'node:https'
import { type AddressInfo, connect, createServer as createTcpServer, type Socket } from 'node:net'
import { join } from 'node:path'
import { onTestFinished } from 'vitest'
import { createAudit } from '../../native/access/audit.ts'
import { type Clock, systemClock } from '../../native/clock.ts'
import type { Evidence, Operator } from '../../native/contract/case.ts'
import { openDatabase } from '../../native/database/open.ts'
import { createEvidence, type EvidenceOptions } from '../../native/evidence/evidence.ts'
import type { HubLink } from '../../native/hub/hub-link.ts'
import { createEmitter } from '../../native/signal.ts'
import { prepareCertificates } from '../district/certificates.ts'
import { createHubEvidence } from '../district/evidence/evidence-server.ts'
import { silent, temporaryFolder } from './support.ts'

export const token = 'token-of-the-workstation'
export const operator: Operator = {
  ...{ id: 'operator-1', account: 'duty', name: '李值班', role: 'operator', subCenter: 'SZ', subCenterName: '宋庄镇' },
}

export async function openHub() {
  const folder = temporaryFolder()
  const tls = await prepareCertificates(folder, Date.now)
  const evidence = createHubEvidence({
    folder: join(folder, 'evidence'),
    subCenterOf: (workstation, given) => (workstation === 'SZ-02' && given === token ? 'SZ' : null),
    log: silent,
  })
  const server = createServer({ cert: tls.certPem, key: tls.keyPem }, (request, response) => {
    if (!evidence.answer(request, response)) response.writeHead(404).end()
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  onTestFinished(() => {
    server.closeAllConnections()
    server.close()
  })
  const { port } = server.address() as AddressInfo
  return { evidence, port, ca: tls.caPem, folder }
}

/** Passes bytes on; every connection ends once `allowed` bytes have gone up through it, and then `allowed` is lifted. */
export async function openLine(targetPort: number) {
  const sockets = new Set<Socket>()
  const line = { port: 0, allowed: Infinity, cuts: 0, cutAll: () => sockets.forEach((socket) => socket.destroy()) }
  const server = createTcpServer((near) => {
    const far = connect(targetPort, '127.0.0.1')
    let passed = 0
    for (const socket of [near, far]) {
      sockets.add(socket)
      socket.on('error', () => undefined)
      socket.on('close', () => [near, far].forEach((end) => end.destroy()))
    }
    far.pipe(near)
    near.on('data', (data: Buffer) => {
      const left = line.allowed - passed
      passed += data.length
      far.write(data.subarray(0, Math.max(0, left)))
      if (left > data.length) return
      line.allowed = Infinity
      line.cuts += 1
      far.end()
      near.destroy()
    })
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  onTestFinished(() => {
    line.cutAll()
    server.close()
  })
  line.port = (server.address() as AddressInfo).port
  return line
}

export type Hub = Awaited<ReturnType<typeof openHub>>

export interface DeskChanges extends Partial<Pick<EvidenceOptions, 'sealed' | 'mostKeptBytes' | 'clock'>> {
  folder?: string
  port?: number
  token?: string
}

/** Waits cost nothing: time jumps to where a sleeper wants it, a turn of the loop later. */
export function hastyClock(): Clock & { slept: number[] } {
  let now = Date.now()
  const slept: number[] = []
  return {
    slept,
    now: () => now,
    async sleep(ms, signal) {
      // The watch over a stalled transfer must not wake before the transfer.
      if (ms >= 30_000) return systemClock.sleep(ms, signal)
      slept.push(ms)
      now += ms
      await new Promise((resolve) => setImmediate(resolve))
      signal?.throwIfAborted()
    },
  }
}

export function openDesk(hub: Hub, changes: DeskChanges = {}) {
  const { folder = temporaryFolder(), port = hub.port, clock = hastyClock() } = changes
  const database = openDatabase(join(folder, 'console.db'), '0'.repeat(64))
  const welcomed = createEmitter<Parameters<Parameters<HubLink['welcomed']['subscribe']>[0]>[0]>()
  let connection = new AbortController()
  const state = { isConnected: false }
  const desk = createEvidence({
    database,
    sealed: changes.sealed ?? { folder: join(folder, 'evidence') },
    hub: { url: `https://127.0.0.1:${port}`, ca: hub.ca, workstation: 'SZ-02', token: changes.token ?? token },
    link: { welcomed, state: () => state as ReturnType<HubLink['state']> },
    recordAudit: createAudit(database, clock),
    newId: () => crypto.randomUUID(),
    ...{ clock, log: silent },
    ...(changes.mostKeptBytes === undefined ? {} : { mostKeptBytes: changes.mostKeptBytes }),
  })
  const close = async () => {
    if (!database.open) return
    connection.abort()
    await desk.close()
    database.close()
  }
  onTestFinished(close)
  return {
    ...{ desk, database, folder, close },
    goOnline() {
      connection = new AbortController()
      state.isConnected = true
      welcomed.emit({ welcome: {} as never, signal: connection.signal })
    },
    goOffline() {
      state.isConnected = false
      connection.abort()
    },
    stateOf: (id: string) => database.prepare('SELECT state, trouble FROM evidence_files WHERE id = ?').get(id),
    audit: () => database.prepare('SELECT operator_id, action, subject FROM audit').all(),
  }
}
export type Desk = ReturnType<typeof openDesk>

export async function handOver({ desk }: Desk, name: string, content: Buffer, pieceBytes = 512 * 1024) {
  const { id } = await desk.intake.begin({ name, bytes: content.length })
  for (let at = 0; at < content.length; at += pieceBytes)
    await desk.intake.append(id, at, content.subarray(at, at + pieceBytes))
  return desk.intake.finish(id)
}

export async function readAll({ desk }: Desk, caseId: string, piece: Evidence): Promise<Buffer> {
  const { viewId, bytes } = await desk.open(operator, caseId, piece)
  const parts: Buffer[] = []
  for (let at = 0; at < bytes; at += parts.at(-1)!.length) parts.push(await desk.read(operator, viewId, at))
  return Buffer.concat(parts)
}

/** Begins as a PNG does, goes on as anything. */
export function pngOf(bytes: number, seed = 1): Buffer {
  const content = Buffer.alloc(Math.max(bytes, 45))
  for (let at = 0; at < content.length; at += 1) content[at] = (at * 31 + seed * 17 + (at >> 8)) & 0xff
  Buffer.from('89504e470d0a1a0a0000000d494844520000000100000001080600000000000000', 'hex').copy(content)
  Buffer.from('0000000049444154', 'hex').copy(content, 33)
  return content
}
export const sha256 = (content: Uint8Array) => createHash('sha256').update(content).digest('hex')
