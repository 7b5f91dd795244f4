/** The cameras' RTSP server on a clock of the test's own: sessions, starting points, slow clients, faults. */
import { once } from 'node:events'
import { connect, type Socket } from 'node:net'
import { afterEach, describe, expect, it } from 'vitest'
import type { Clip } from '../district/cameras/clips.ts'
import { openGate } from '../district/cameras/digest.ts'
import type { FaultKind } from '../district/cameras/faults.ts'
import { dueAt, frameNumberAt, loopFrames } from '../district/cameras/loop.ts'
import { packetise } from '../district/cameras/rtp.ts'
import { openRtspServer, type RtspServer } from '../district/cameras/rtsp-server.ts'
import type { StartPoint } from '../district/cameras/rtsp-viewer.ts'

/** Pictures of one packet whose second byte pair is the loop index; every 30th is a key frame. */
function clip(bytes: number): Clip {
  const units = Array.from({ length: loopFrames }, (_, index) => {
    const nal = Buffer.alloc(bytes, 0x55)
    nal[0] = index % 30 === 0 ? 0x65 : 0x41
    nal.writeUInt16BE(index, 1)
    return packetise({ key: index % 30 === 0, nals: [nal] }, 96)
  })
  const parameterSets = [Buffer.from('67640016aabb', 'hex'), Buffer.from('68cc', 'hex')]
  return { width: 640, height: 360, codec: 'h264', parameterSets, units }
}

interface Reply {
  status: number
  headers: Record<string, string>
  body: string
}
interface Client {
  socket: Socket
  ask: (method: string, path: string, headers?: Record<string, string>) => Promise<Reply>
  /** Loop indexes of pictures, and `report` for sender reports, once `count` have come. */
  media: (count: number) => Promise<(number | 'report')[]>
}

function client(port: number): Client {
  const socket = connect(port, '127.0.0.1').on('error', () => undefined)
  const media: (number | 'report')[] = []
  const replies: Reply[] = []
  let pending = Buffer.alloc(0)
  let sequence = 0
  socket.on('data', (chunk: Buffer) => {
    pending = Buffer.concat([pending, chunk])
    while (pending.length > 4) {
      const taken = pending[0] === 0x24 ? takeFrame() : takeReply()
      if (taken === 0) break
      pending = pending.subarray(taken)
    }
    socket.emit('read')
  })
  const takeFrame = (): number => {
    const length = 4 + pending.readUInt16BE(2)
    if (pending.length < length) return 0
    media.push(pending[1]! % 2 ? 'report' : pending.readUInt16BE(17))
    return length
  }
  const takeReply = (): number => {
    const end = pending.indexOf('\r\n\r\n')
    if (end < 0) return 0
    const [first = '', ...lines] = pending.toString('utf8', 0, end).split('\r\n')
    const headers = Object.fromEntries(lines.map((line) => line.split(/: (.*)/).slice(0, 2)))
    const length = end + 4 + Number(headers['Content-Length'] ?? 0)
    if (pending.length < length) return 0
    replies.push({ status: Number(first.split(' ')[1]), headers, body: pending.toString('utf8', end + 4, length) })
    return length
  }
  return {
    socket,
    async ask(method, path, headers = {}) {
      const lines = Object.entries({ CSeq: `${++sequence}`, ...headers }).map(
        ([name, value]) => `${name}: ${value}\r\n`,
      )
      socket.write(`${method} rtsp://127.0.0.1/${path} RTSP/1.0\r\n${lines.join('')}\r\n`)
      while (replies.length === 0) await once(socket, 'read')
      return replies.shift()!
    },
    async media(count) {
      while (media.length < count) await once(socket, 'read')
      return media.splice(0)
    },
  }
}

let now = dueAt(frameNumberAt(1_800_000_000_000))
let fault: FaultKind | null = null
const opened: (RtspServer | Socket)[] = []
afterEach(async () => {
  fault = null
  for (const one of opened.splice(0)) await ('close' in one ? one.close() : one.destroy())
})

async function server(start: StartPoint, auth: 'none' | 'digest-md5' = 'none', bytes = 20): Promise<RtspServer> {
  const clips = { main: clip(bytes), sub: clip(bytes) }
  const camera = { id: 'c1', gate: openGate(auth, { user: 'u', password: 'p' }, false), clips }
  const one = await openRtspServer({
    host: '127.0.0.1',
    port: 0,
    camera: (id) => (id === 'c1' ? camera : undefined),
    faultOf: () => fault,
    start,
    sessionSeconds: 60,
    now: () => now,
    log: () => undefined,
  })
  opened.push(one)
  return one
}

/** Goes on to the next loop index without sending anything. */
function until(index: number): void {
  do now = dueAt(frameNumberAt(now) + 1)
  while (frameNumberAt(now) % loopFrames !== index)
}

function tick(one: RtspServer, frames: number): void {
  for (let at = 0; at < frames; at++) {
    now = dueAt(frameNumberAt(now) + 1)
    one.tick(frameNumberAt(now))
  }
}

async function playing(one: RtspServer): Promise<{ viewer: Client; session: string; info: string }> {
  const viewer = client(one.port)
  opened.push(viewer.socket)
  const set = await viewer.ask('SETUP', 'c1/sub/trackID=0', { Transport: 'RTP/AVP/TCP;unicast;interleaved=2-3' })
  const session = set.headers.Session!.split(';')[0]!
  const play = await viewer.ask('PLAY', 'c1/sub/', { Session: session })
  expect(play.status).toBe(200)
  return { viewer, session, info: play.headers['RTP-Info']! }
}

describe('a session', () => {
  it('is described, set up, played, kept alive and torn down', async () => {
    const one = await server('next-key')
    until(25)
    const { viewer, session, info } = await playing(one)
    expect(info).toMatch(/^url=rtsp:\/\/127\.0\.0\.1\/c1\/sub\/trackID=0;seq=\d+;rtptime=\d+$/)
    const described = await viewer.ask('DESCRIBE', 'c1/sub')
    expect(described.body).toContain('packetization-mode=1;profile-level-id=640016;sprop-parameter-sets=Z2QAFqq7,aMw=')
    tick(one, 7)
    expect(await viewer.media(4)).toEqual(['report', 30, 31, 32])
    expect(one.viewers()).toEqual([{ cameraId: 'c1', profile: 'sub', dropped: 0 }])
    expect((await viewer.ask('GET_PARAMETER', 'c1/sub', { Session: session })).status).toBe(200)
    expect((await viewer.ask('TEARDOWN', 'c1/sub', { Session: session })).status).toBe(200)
    expect(one.viewers()).toEqual([])
    expect((await viewer.ask('PLAY', 'c1/sub', { Session: session })).status).toBe(454)
  })

  it('goes on over the end of the loop', async () => {
    const one = await server('next-key')
    until(269)
    const { viewer } = await playing(one)
    tick(one, 33)
    const pictures = (await viewer.media(34)).filter((picture) => picture !== 'report')
    expect(pictures.slice(-4)).toEqual([299, 0, 1, 2])
  })

  it('may begin at the newest key frame, or in the middle', async () => {
    until(33)
    const early = await server('last-key')
    const eager = (await playing(early)).viewer
    tick(early, 1)
    expect(await eager.media(6)).toEqual([30, 31, 32, 33, 'report', 34])
    until(33)
    const live = await server('live')
    const middle = (await playing(live)).viewer
    tick(live, 2)
    expect(await middle.media(3)).toEqual(['report', 34, 35])
  })

  it('ends when nothing was heard for its timeout', async () => {
    const one = await server('next-key')
    const { viewer } = await playing(one)
    tick(one, 15)
    expect(viewer.socket.destroyed).toBe(false)
    now += 61_000
    tick(one, 1)
    await once(viewer.socket, 'close')
    expect(one.viewers()).toEqual([])
  })

  it('refuses UDP, unknown cameras, unknown methods and strangers', async () => {
    const open = client((await server('next-key')).port)
    opened.push(open.socket)
    expect((await open.ask('SETUP', 'c1/sub', { Transport: 'RTP/AVP;unicast;client_port=5000-5001' })).status).toBe(461)
    expect((await open.ask('DESCRIBE', 'c2/sub')).status).toBe(404)
    expect((await open.ask('DESCRIBE', 'c1/third')).status).toBe(404)
    const closed = client((await server('next-key', 'digest-md5')).port)
    opened.push(closed.socket)
    expect((await closed.ask('OPTIONS', 'c1/sub')).headers.Public).toContain('DESCRIBE')
    const refused = await closed.ask('DESCRIBE', 'c1/sub')
    expect([refused.status, refused.headers['WWW-Authenticate']]).toEqual([
      401,
      expect.stringContaining('Digest realm='),
    ])
  })

  it('drops up to the next key frame for a client that does not read, instead of queueing', async () => {
    const one = await server('live', 'none', 60_000)
    const { viewer } = await playing(one)
    viewer.socket.pause()
    // 600 pictures of 60 kB: far beyond what sockets buffer.
    for (let at = 0; at < 600; at += 100) {
      tick(one, 100)
      await new Promise(setImmediate)
    }
    const [slow] = one.viewers()
    expect(slow?.dropped).toBeGreaterThan(200)
  })
})

describe('a fault', () => {
  it('stops or freezes pictures that already run', async () => {
    const one = await server('live')
    const { viewer, session } = await playing(one)
    tick(one, 2)
    await viewer.media(3)
    fault = 'freeze'
    tick(one, 80)
    expect(await viewer.media(1)).toEqual(['report'])
    expect((await viewer.ask('GET_PARAMETER', 'c1/sub', { Session: session })).status).toBe(200)
    fault = 'play-then-nothing'
    tick(one, 80)
    fault = null
    until(29)
    tick(one, 2)
    expect((await viewer.media(3)).slice(-2)).toEqual([30, 31])
  })

  it('freeze shows one old key frame to who comes', async () => {
    fault = 'freeze'
    until(47)
    const one = await server('next-key')
    const { viewer } = await playing(one)
    tick(one, 20)
    expect(await viewer.media(2)).toEqual([30, 'report'])
  })

  it('answers 401, 500 or half a description', async () => {
    const one = await server('next-key')
    const asked = async (): Promise<Reply> => {
      const other = client(one.port)
      opened.push(other.socket)
      return other.ask('DESCRIBE', 'c1/sub')
    }
    fault = 'unauthorized'
    expect((await asked()).status).toBe(401)
    fault = 'error-500'
    expect((await asked()).status).toBe(500)
    fault = 'half-xml'
    const half = connect(one.port, '127.0.0.1', () =>
      half.write('DESCRIBE rtsp://h/c1/sub RTSP/1.0\r\nCSeq: 1\r\n\r\n'),
    )
    const text = Buffer.concat(await half.toArray()).toString()
    expect(Number(/Content-Length: (\d+)/.exec(text)![1])).toBeGreaterThan(text.split('\r\n\r\n')[1]!.length)
  })

  it('answers a web page, nothing at all, or a reset', async () => {
    const one = await server('next-key')
    const describe = 'DESCRIBE rtsp://h/c1/sub RTSP/1.0\r\nCSeq: 1\r\n\r\n'
    fault = 'html'
    const page = connect(one.port, '127.0.0.1', () => page.write(describe))
    expect(Buffer.concat(await page.toArray()).toString()).toContain('<!DOCTYPE html>')
    fault = 'reboot'
    const reset = connect(one.port, '127.0.0.1', () => reset.write(describe))
    await expect(reset.toArray()).rejects.toMatchObject({ code: 'ECONNRESET' })
    fault = 'silent'
    const silent = client(one.port)
    opened.push(silent.socket)
    silent.socket.write(describe)
    // Had the first request been answered, its reply would come before this one.
    expect((await silent.ask('DESCRIBE', 'c2/sub')).status).toBe(404)
  })
})
