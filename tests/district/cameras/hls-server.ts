/**
 * Live HLS (RFC 8216) from the looping clips: `/hls/CAMERA/index.m3u8`, a media playlist for each profile, one-second
 * fragmented MP4 segments. Everything is computed from the wall clock: segment numbers and decode times continue over
 * loops and restarts, so there is no discontinuity but a camera's fault. No CORS headers, as real platforms have none.
 */
import type { Profile } from '../../../native/contract/camera.ts'
import type { LoadedLook } from './clips.ts'
import type { Gate } from './digest.ts'
import type { FaultKind } from './faults.ts'
import { fragmentOf, type Movie, takeApart } from './fragments.ts'
import type { HttpReply, HttpRequest, HttpService } from './http-front.ts'
import { dueAt, frameNumberAt, frameRate } from './loop.ts'
import { profileShapes } from './looks.ts'

export interface HlsCamera {
  gate: Gate
  /** Must be in the query when not null. */
  token: string | null
  movies: Record<Profile, Movie>
  /** Codec as in RFC 6381. */
  codecs: Record<Profile, string>
  keyInterval: number
  keyPhase: number
}
export interface HlsOptions {
  camera: (id: string) => HlsCamera | undefined
  /** The camera's fault and since when it has it. */
  faultSince: (id: string) => { kind: FaultKind; at: number } | null
  /** Milliseconds since 1970. */
  now: () => number
}

/** Segments in the playlist; older ones are served for as long again, as section 6.2.2 asks. */
const windowLength = 8
const profiles = ['main', 'sub'] as const

export function hlsCamera({ look, movies }: LoadedLook, gate: Gate, token: string | null): HlsCamera {
  if (!movies) throw new Error(`${look.scene} is not encoded for HLS`)
  const seconds = look.keyInterval / frameRate
  const parts = { main: takeApart(movies.main, seconds), sub: takeApart(movies.sub, seconds) }
  const codecs = { main: codecOf(parts.main), sub: codecOf(parts.sub) }
  return { gate, token, movies: parts, codecs, keyInterval: look.keyInterval, keyPhase: look.keyPhase }
}

/** From the avcC box (ISO/IEC 14496-15 5.3.3): profile, constraints, level. */
function codecOf({ initialisation }: Movie): string {
  const at = initialisation.indexOf('avcC')
  return `avc1.${initialisation.toString('hex', at + 5, at + 8)}`
}

export function createHlsService(options: HlsOptions): HttpService {
  return (cameraId, request) => {
    const camera = options.camera(cameraId)
    if (!camera) return null
    if (camera.token !== null && request.query.get('token') !== camera.token) return { status: 403, body: 'forbidden' }
    if (!camera.gate.admits(request.method, request.authorization))
      return { status: 401, headers: { 'WWW-Authenticate': camera.gate.challenges() }, body: '' }
    const fault = options.faultSince(cameraId)
    const now = fault?.kind === 'freeze' ? fault.at : options.now()
    const reply = answer(camera, request, now, fault)
    return reply && fault?.kind === 'play-then-nothing' && Buffer.isBuffer(reply.body)
      ? { ...reply, hangs: true }
      : reply
  }
}

type Fault = ReturnType<HlsOptions['faultSince']>

/** How far `window-jump` counts on. */
const jump = 1_000_000

function answer(camera: HlsCamera, { rest }: HttpRequest, now: number, fault: Fault): HttpReply | null {
  const [file = ''] = rest
  if (fault?.kind === 'late-playlist' && file.endsWith('.m3u8')) return null
  if (file === 'index.m3u8') return playlist(master(camera))
  const [, name, kind, number] = /^(main|sub)(?:\.(m3u8)|-(\d+|init)\.(?:mp4|m4s))$/.exec(file) ?? []
  if (name !== 'main' && name !== 'sub') return null
  const shift = fault?.kind === 'window-jump' ? jump : 0
  const origin = fault?.kind === 'discontinuity' ? newest(camera, fault.at) + 1 : 0
  if (kind) return playlist(media(camera, name, { last: newest(camera, now), shift, origin }))
  const movie = camera.movies[name]
  if (number === 'init') return segment(movie.initialisation)
  const wanted = Number(number) - shift
  if (fault?.kind === 'gaps' && wanted % 3 === 0) return null
  const last = newest(camera, now)
  return wanted > last || wanted <= last - 2 * windowLength
    ? null
    : segment(fragmentOf(movie, wanted, wanted >= origin ? origin : 0))
}

/** Number of the newest segment that is complete: its last frame was taken. */
function newest({ keyInterval, keyPhase }: HlsCamera, now: number): number {
  return Math.floor((frameNumberAt(now) + 1 - keyPhase) / keyInterval) - 1
}

function playlist(lines: string[]): HttpReply {
  const headers = { 'Content-Type': 'application/vnd.apple.mpegurl', 'Cache-Control': 'no-cache' }
  return { status: 200, headers, body: `${lines.join('\n')}\n` }
}

function segment(body: Buffer): HttpReply {
  return { status: 200, headers: { 'Content-Type': 'video/mp4', 'Cache-Control': 'max-age=60' }, body }
}

function tokenQuery({ token }: HlsCamera): string {
  return token === null ? '' : `?token=${token}`
}

function master(camera: HlsCamera): string[] {
  const variants = profiles.flatMap((name) => {
    const { width, height } = profileShapes[name]
    const sizes = camera.movies[name].fragments.map(({ length }) => length)
    const rate = (bytes: number): number => Math.ceil((bytes * 8 * frameRate) / camera.keyInterval)
    const average = rate(sizes.reduce((sum, size) => sum + size, 0) / sizes.length)
    const size = `RESOLUTION=${width}x${height},FRAME-RATE=${frameRate}.000`
    return [
      `#EXT-X-STREAM-INF:BANDWIDTH=${rate(Math.max(...sizes))},AVERAGE-BANDWIDTH=${average},CODECS="${camera.codecs[name]}",${size}`,
      `${name}.m3u8${tokenQuery(camera)}`,
    ]
  })
  return ['#EXTM3U', '#EXT-X-VERSION:7', '#EXT-X-INDEPENDENT-SEGMENTS', ...variants]
}

interface Window {
  /** Number of the newest segment, before the shift. */
  last: number
  shift: number
  /** First segment whose decode times begin anew; 0: none did. */
  origin: number
}

function media(camera: HlsCamera, name: Profile, { last, shift, origin }: Window): string[] {
  const { keyInterval, keyPhase } = camera
  const seconds = keyInterval / frameRate
  const first = last - windowLength + 1
  const segments = Array.from({ length: windowLength }, (_, at) => first + at).flatMap((number) => [
    ...(number === origin ? ['#EXT-X-DISCONTINUITY'] : []),
    `#EXT-X-PROGRAM-DATE-TIME:${new Date(Math.ceil(dueAt(number * keyInterval + keyPhase))).toISOString()}`,
    `#EXTINF:${seconds.toFixed(3)},`,
    `${name}-${number + shift}.m4s${tokenQuery(camera)}`,
  ])
  return [
    '#EXTM3U',
    '#EXT-X-VERSION:7',
    `#EXT-X-TARGETDURATION:${Math.ceil(seconds)}`,
    `#EXT-X-MEDIA-SEQUENCE:${first + shift}`,
    ...(origin > 0 && first > origin ? ['#EXT-X-DISCONTINUITY-SEQUENCE:1'] : []),
    '#EXT-X-INDEPENDENT-SEGMENTS',
    `#EXT-X-MAP:URI="${name}-init.mp4${tokenQuery(camera)}"`,
    ...segments,
  ]
}
