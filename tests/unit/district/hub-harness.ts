/** A hub on a free port in a folder of its own, and a workstation's socket to it. */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pino } from 'pino'
import { io, type Socket } from 'socket.io-client'
import type { CaseHead } from '../../../native/contract/case.ts'
import { namespace, type Put } from '../../../native/hub/protocol.ts'
import { type Certificates, prepareCertificates } from '../../district/certificates.ts'
import { type Hub, type HubOptions, startHub } from '../../district/hub/hub.ts'

export const subCenter = '110112104'
export const token = 'token-of-the-first-workstation'
export const silent = pino({ level: 'silent' })

export interface Harness extends AsyncDisposable {
  folder: string
  certificates: Certificates
  hub: Hub
  /** Starts the hub again on the same file and port. */
  restart(options?: Partial<HubOptions>): Promise<void>
  /** A socket that is not connected yet. */
  socket(auth?: object, options?: object): Socket
}

const certificates = new Map<string, Promise<Certificates>>()
export const now = Date.now()

export async function openHub(options: Partial<HubOptions> = {}): Promise<Harness> {
  const folder = mkdtempSync(join(tmpdir(), 'district-hub-'))
  const shared = certificates.get('') ?? makeCertificates()
  certificates.set('', shared)
  const tls = await shared
  const start = (more: Partial<HubOptions>) =>
    startHub({ port: 0, folder, tls, clock: () => now, log: silent, seedData: seed, ...options, ...more })
  const sockets: Socket[] = []
  const harness: Harness = {
    folder,
    certificates: tls,
    hub: await start({}),
    async restart(more = {}) {
      const { port } = harness.hub
      await harness.hub.close()
      harness.hub = await start({ port, ...more })
    },
    socket(auth = {}, more = {}) {
      const socket = openSocket(harness.hub.url, tls.caPem, auth, more)
      sockets.push(socket)
      return socket
    },
    async [Symbol.asyncDispose]() {
      for (const socket of sockets) socket.disconnect()
      await harness.hub.close()
      rmSync(folder, { recursive: true, force: true })
    },
  }
  return harness
}

/** Of the first workstation, not connected yet. */
export function openSocket(url: string, ca: string, auth: object = {}, more: object = {}): Socket {
  return io(url + namespace, {
    transports: ['websocket'],
    autoConnect: false,
    reconnection: false,
    forceNew: true,
    ca,
    auth: { protocol: 1, workstation: 'SZ-01', token, clientId: 'client-1', app: 'test', ...auth },
    ...more,
  })
}

/** One authority for all hubs of a test file; nothing of it stays on the disk. */
async function makeCertificates(): Promise<Certificates> {
  const folder = mkdtempSync(join(tmpdir(), 'district-ca-'))
  try {
    return await prepareCertificates(folder, () => now)
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

const seed: HubOptions['seedData'] = {
  subCenters: [
    { code: subCenter, name: '宋庄镇', letters: 'SZ' },
    { code: '110112105', name: '张家湾镇', letters: 'ZJW' },
  ],
  workstations: [
    { code: 'SZ-01', subCenter, token },
    { code: 'SZ-02', subCenter, token },
    { code: 'ZJW-01', subCenter: '110112105', token: 'token-of-another-sub-center' },
  ],
  accounts: [
    { id: 'p-1', account: 'wang', password: 'songzhuang-1', name: '王建国', role: 'operator', subCenter },
    { id: 'p-2', account: 'zhao', password: 'zhangjiawan-1', name: '赵敏', role: 'operator', subCenter: '110112105' },
  ],
}

/** Connects and returns the hub's first message, or rejects with the refusal. */
export function connect(socket: Socket): Promise<unknown> {
  return new Promise((resolve, reject) => {
    socket.once('welcome', resolve)
    socket.once('connect_error', reject)
    socket.connect()
  })
}

/** Asks and waits for the reply for at most 5 s. */
export async function ask(socket: Socket, event: string, body: object): Promise<Record<string, unknown>> {
  return (await socket.timeout(5000).emitWithAck(event, body)) as Record<string, unknown>
}

export function casePut(id: string, change: Partial<CaseHead> = {}): Put & { kind: 'case' } {
  const head: CaseHead = {
    id,
    number: `宋庄-${id}`,
    subCenter,
    classCode: 'S0101',
    channel: 'field-handset',
    state: 'reported',
    urgency: 'normal',
    description: '路口西侧堆有生活垃圾',
    place: '小堡村',
    longitude: 116.71,
    latitude: 39.95,
    gridCode: '110112104001',
    stationCode: '110112104001',
    reportedAt: now,
    reporter: null,
    limit: null,
    assignee: null,
    supervised: false,
    origin: null,
    ...{ request: null, duplicateOf: null, returns: 0, failedChecks: 0, callBack: null },
    version: 1,
    ...change,
  }
  return { kind: 'case', case: head, steps: [] }
}
