/**
 * An RTSP 1.0 server (RFC 2326) for all simulated cameras: `rtsp://host:port/CAMERA/main` and `/sub`, H.264 or H.265 over RTP
 * interleaved in the TCP connection (10.12). UDP transport is refused with 461, as behind most sharing platforms.
 * It sends nothing by itself: whoever owns the clock calls `tick` for every frame.
 */
import { randomBytes } from 'node:crypto'
import { once } from 'node:events'
import { type AddressInfo, createServer, type Socket } from 'node:net'
import type { Profile } from '../../../native/contract/camera.ts'
import type { Clip } from './clips.ts'
import type { Gate } from './digest.ts'
import { type FaultOf, htmlPage } from './faults.ts'
import { frameNumberAt } from './loop.ts'
import { createRequestReader, response, type RtspRequest } from './rtsp-message.ts'
import { createViewer, type StartPoint, type Viewer } from './rtsp-viewer.ts'
import { describeSession } from './session-description.ts'
import { createSoundSender, type Sound, type SoundSender } from './sound.ts'

export interface RtspCamera {
  id: string
  gate: Gate
  clips: Record<Profile, Clip>
  /** Absent: it has none. */
  sound?: Sound | null
}

export interface RtspServerOptions {
  host: string
  port: number
  camera: (id: string) => RtspCamera | undefined
  faultOf: FaultOf
  start: StartPoint
  /** Sessions that show no sign of life this long are closed. */
  sessionSeconds: number
  /** Milliseconds since 1970. */
  now: () => number
  log: (message: string) => void
}

export interface RtspServer {
  port: number
  /** Sends frame number `frame` to every viewer, and closes sessions that timed out. */
  tick: (frame: number) => void
  /** Drops every connection of a camera. */
  drop: (cameraId: string) => void
  /** Tells everyone who plays a camera to go to its other address. */
  lead: (cameraId: string) => void
  viewers: () => { cameraId: string; profile: Profile; dropped: number }[]
  close: () => Promise<void>
}

interface Session {
  id: string
  /** As the client set it up. */
  url: string
  cameraId: string
  profile: Profile
  viewer: Viewer
  sound: SoundSender | null
}
interface Connection {
  socket: Socket
  sessions: Map<string, Session>
  heardAt: number
}
interface Target {
  camera: RtspCamera
  profile: Profile
  /** The other address of a camera that has moved. */
  isMoved: boolean
  url: string
}
type Answer = (status: number, headers?: Record<string, string | string[]>, body?: string) => void
interface Turn {
  connection: Connection
  request: RtspRequest
  target: Target
  answer: Answer
}

const mostConnections = 512
const methods = 'OPTIONS, DESCRIBE, SETUP, PLAY, GET_PARAMETER, SET_PARAMETER, TEARDOWN'

export async function openRtspServer(options: RtspServerOptions): Promise<RtspServer> {
  const connections = new Set<Connection>()
  const server = createServer((socket) => {
    const connection: Connection = { socket, sessions: new Map(), heardAt: options.now() }
    connections.add(connection)
    socket.setNoDelay(true)
    serve(connection, options)
    socket.on('close', () => connections.delete(connection))
  })
  server.maxConnections = mostConnections
  server.listen(options.port, options.host)
  await once(server, 'listening')
  return {
    port: (server.address() as AddressInfo).port,
    tick: (frame) => {
      for (const connection of connections) sendTo(connection, frame, options)
    },
    drop: (cameraId) => {
      for (const { socket, sessions } of connections)
        if ([...sessions.values()].some((session) => session.cameraId === cameraId)) socket.resetAndDestroy()
    },
    lead: (cameraId) => {
      for (const { socket, sessions } of connections)
        for (const session of sessions.values()) if (session.cameraId === cameraId) socket.write(redirect(session))
    },
    viewers: () =>
      [...connections]
        .flatMap(({ sessions }) => [...sessions.values()])
        .filter(({ viewer }) => viewer.playing)
        .map(({ cameraId, profile, viewer }) => ({ cameraId, profile, dropped: viewer.dropped })),
    close: async () => {
      for (const { socket } of connections) socket.destroy()
      server.close()
      await once(server, 'close')
    },
  }
}

function sendTo(connection: Connection, frame: number, options: RtspServerOptions): void {
  const now = options.now()
  if (now - connection.heardAt > options.sessionSeconds * 1000) {
    options.log(`rtsp: nothing heard for ${options.sessionSeconds} s, connection closed`)
    connection.socket.destroy()
    return
  }
  for (const { cameraId, profile, viewer, sound } of connection.sessions.values()) {
    const fault = options.faultOf(cameraId)
    if (!viewer.playing || fault === 'silent' || fault === 'play-then-nothing') continue
    const clips = options.camera(cameraId)?.clips
    viewer.send(frame, now, fault !== 'freeze', clips?.[fault === 'resized' ? 'sub' : profile])
    sound?.send(frame, now)
  }
}

function serve(connection: Connection, options: RtspServerOptions): void {
  const { socket } = connection
  const reader = createRequestReader()
  socket.on('error', () => undefined)
  socket.on('data', (chunk: Buffer) => {
    try {
      const { requests, signs } = reader.push(chunk)
      if (requests.length + signs > 0) connection.heardAt = options.now()
      for (const request of requests) handle(connection, request, options)
    } catch (problem) {
      options.log(`rtsp: ${String(problem)}`)
      socket.end(response(400, undefined))
    }
  })
}

function handle(connection: Connection, request: RtspRequest, options: RtspServerOptions): void {
  const { socket } = connection
  const answer: Answer = (status, headers, body) => {
    socket.write(response(status, request.headers.cseq, headers, body))
  }
  const target = findTarget(request.url, options)
  if (!target) {
    if (request.method === 'OPTIONS') answer(200, { Public: methods })
    else answer(404)
    return
  }
  if (isFaulty(connection, target, options, answer)) return
  if (request.method === 'OPTIONS') return answer(200, { Public: methods })
  if (!target.camera.gate.admits(request.method, request.headers.authorization))
    return answer(401, { 'WWW-Authenticate': target.camera.gate.challenges() })
  const turn = { connection, request, target, answer }
  if (request.method === 'DESCRIBE') describe(turn, options)
  else if (request.method === 'SETUP') setUp(turn, options)
  else inSession(turn, options)
}

/** RFC 2326 section 10.10. */
function redirect({ url, id }: Session): string {
  return `REDIRECT ${url} RTSP/1.0\r\nCSeq: 1\r\nSession: ${id}\r\nLocation: ${otherAddress(url)}\r\n\r\n`
}

/** Where a camera that has moved is to be found. */
function otherAddress(url: string): string {
  const address = new URL(url)
  address.pathname = address.pathname.replace(/\/trackID=\d$/, '/').replace(/(\/moved)?\/?$/, '/moved')
  return address.href
}

/** `/CAMERA/PROFILE` with or without the track. */
function findTarget(url: string, options: RtspServerOptions): Target | null {
  const path = URL.parse(url)?.pathname.split('/') ?? []
  const profile = path[2]
  const camera = options.camera(path[1] ?? '')
  const isMoved = path[3] === 'moved'
  return camera && (profile === 'main' || profile === 'sub') ? { camera, profile, isMoved, url } : null
}

/** Lets the camera's fault act on a request; true when nothing else is to be done. */
function isFaulty(
  { socket }: Connection,
  { camera, isMoved, url }: Target,
  options: RtspServerOptions,
  answer: Answer,
): boolean {
  switch (options.faultOf(camera.id)) {
    case 'silent':
      return true
    case 'reboot':
      socket.resetAndDestroy()
      return true
    case 'unauthorized':
      answer(401, { 'WWW-Authenticate': 'Digest realm="camera", nonce="0", algorithm=MD5' })
      return true
    case 'error-500':
      answer(500)
      return true
    case 'moved':
      if (!isMoved) answer(302, { Location: otherAddress(url) })
      return !isMoved
    case 'html':
      socket.end(
        `HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: ${Buffer.byteLength(htmlPage)}\r\n\r\n${htmlPage}`,
      )
      return true
    default:
      return false
  }
}

function describe({ connection, request, target, answer }: Turn, options: RtspServerOptions): void {
  const clip = target.camera.clips[target.profile]
  const facts = { host: options.host, session: frameNumberAt(options.now()) }
  const description = describeSession(clip, target.camera.sound ?? null, facts)
  if (options.faultOf(target.camera.id) === 'half-xml') {
    const whole = response(200, request.headers.cseq, { 'Content-Type': 'application/sdp' }, description)
    connection.socket.end(whole.slice(0, -Math.floor(description.length / 2)))
    return
  }
  answer(200, { 'Content-Type': 'application/sdp', 'Content-Base': `${request.url.replace(/\/$/, '')}/` }, description)
}

function setUp({ connection, request, target, answer }: Turn, options: RtspServerOptions): void {
  const offers = (request.headers.transport ?? '').split(',')
  const offer = offers.find((one) => /RTP\/AVP\/TCP/i.test(one) && !/multicast/i.test(one))
  if (!offer) return answer(461)
  const channel = Number(/interleaved=(\d+)/i.exec(offer)?.[1] ?? 0)
  if (channel > 254) return answer(461)
  const known = connection.sessions.get(request.headers.session?.split(';')[0]?.trim() ?? '')
  if (/\/trackID=1\/?$/.test(request.url)) return setUpSound(known, { connection, request, target, answer }, channel)
  const viewer = createViewer(connection.socket, target.camera.clips[target.profile], channel, options.start)
  const id = randomBytes(8).toString('hex')
  const { camera, profile } = target
  connection.sessions.set(id, { id, url: request.url, cameraId: camera.id, profile, viewer, sound: null })
  answer(200, {
    Session: `${id};timeout=${options.sessionSeconds}`,
    Transport: `RTP/AVP/TCP;unicast;interleaved=${channel}-${channel + 1}`,
  })
}

/** Beside the pictures only, in their session. */
function setUpSound(session: Session | undefined, { connection, target, answer }: Turn, channel: number): void {
  if (session?.cameraId !== target.camera.id || !target.camera.sound) return answer(454)
  session.sound = createSoundSender(connection.socket, target.camera.sound, channel)
  const transport = `RTP/AVP/TCP;unicast;interleaved=${channel}-${channel + 1}`
  answer(200, { Session: session.id, Transport: transport })
}

function inSession({ connection, request, target, answer }: Turn, options: RtspServerOptions): void {
  const session = connection.sessions.get(request.headers.session?.split(';')[0]?.trim() ?? '')
  if (!session || session.cameraId !== target.camera.id) return answer(454)
  const headers = { Session: session.id }
  if (request.method === 'PLAY') return play(session, request, answer, options)
  if (request.method === 'TEARDOWN') {
    connection.sessions.delete(session.id)
    return answer(200, headers)
  }
  if (request.method === 'GET_PARAMETER' || request.method === 'SET_PARAMETER') return answer(200, headers)
  answer(405, { ...headers, Allow: methods })
}

function play(
  { id, cameraId, viewer }: Session,
  request: RtspRequest,
  answer: Answer,
  options: RtspServerOptions,
): void {
  const frame = frameNumberAt(options.now())
  const first = viewer.first(frame)
  const track = `${request.url.replace(/\/(trackID=0)?$/, '')}/trackID=0`
  answer(200, {
    Session: id,
    Range: 'npt=now-',
    'RTP-Info': `url=${track};seq=${first.sequence};rtptime=${first.timestamp}`,
  })
  if (viewer.playing) return
  if (options.faultOf(cameraId) === 'freeze') viewer.sendStill(frame)
  viewer.play(frame)
}
