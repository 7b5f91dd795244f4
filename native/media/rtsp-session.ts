/** Plays one RTSP address (RFC 2326, TCP interleaved) and gives out whole access units until it is stopped or fails. */
import type { Logger } from 'pino'
import type { Clock } from '../clock.ts'
import { H264Depacketiser } from './h264-depacketiser.ts'
import { loggable, type MediaUnit, StreamFailure } from './media-unit.ts'
import { decodeSpropParameterSets } from './parameter-sets.ts'
import { isGoodbye, parseRtp } from './rtp.ts'
import { RtspConnection } from './rtsp-connection.ts'
import { headerOf, type InterleavedFrame, type RtspResponse } from './rtsp-message.ts'
import { parseSessionDescription, resolveControl, type VideoDescription } from './sdp.ts'

/** All in milliseconds. */
export interface RtspTimes {
  /** For connecting and for each answer. */
  answer: number
  /** Without a packet for so long the session is given up: servers accept PLAY and then send nothing. */
  noPacket: number
  /** Without a whole picture for so long it is given up too; longer than a group of pictures of any sane camera. */
  noPicture: number
}
export const defaultRtspTimes: RtspTimes = { answer: 5_000, noPacket: 5_000, noPicture: 20_000 }

export interface RtspPlayOptions {
  url: string
  credentials: { user: string; password: string } | null
  signal: AbortSignal
  clock: Clock
  log: Logger
  times?: RtspTimes
  onUnit: (unit: MediaUnit) => void
}

/** What the session needs of a codec. */
interface Depacketiser {
  push(packet: NonNullable<ReturnType<typeof parseRtp>>, receivedAt: number): MediaUnit[]
  readonly dropped: number
}

const depacketisers: Record<string, (video: VideoDescription) => Depacketiser> = {
  H264: (video) =>
    new H264Depacketiser({
      clockRate: video.clockRate,
      parameterSets: decodeSpropParameterSets(video.parameters.get('sprop-parameter-sets') ?? ''),
    }),
}

interface Playing {
  /** The address of the whole session. */
  uri: string
  id: string
  /** Between two signs of life. */
  keepAliveMs: number
  keepAliveMethod: 'GET_PARAMETER' | 'OPTIONS'
}

/** Rejects with a `StreamFailure` when the stream ends, or with the signal's reason when it is aborted. */
export async function playRtsp(options: RtspPlayOptions): Promise<never> {
  const session = new RtspSession(options)
  return await session.play()
}

class RtspSession {
  readonly #options: RtspPlayOptions
  readonly #times: RtspTimes
  readonly #url: URL
  readonly #connection: RtspConnection
  #session: { uri: string; id: string } | null = null
  #video: { payloadType: number; depacketiser: Depacketiser } | null = null
  #channel = 0
  #packetAt = 0
  #pictureAt = 0

  constructor(options: RtspPlayOptions) {
    options.signal.throwIfAborted()
    this.#options = options
    this.#times = options.times ?? defaultRtspTimes
    this.#url = addressOf(options.url)
    this.#connection = new RtspConnection({
      url: this.#url,
      credentials: options.credentials,
      clock: options.clock,
      answerMs: this.#times.answer,
      onFrame: (frame) => this.#readFrame(frame),
    })
  }

  async play(): Promise<never> {
    const { signal, log } = this.#options
    const stop = () => this.#connection.close(this.#session)
    signal.addEventListener('abort', stop, { once: true })
    try {
      await this.#connection.open()
      const playing = await this.#start()
      log.debug({ address: loggable(this.#url.href), keepAliveMs: playing.keepAliveMs }, 'RTSP session plays')
      return await Promise.race([this.#watch(), this.#keepAlive(playing)])
    } catch (error) {
      signal.throwIfAborted()
      throw error
    } finally {
      signal.removeEventListener('abort', stop)
      stop()
    }
  }

  async #start(): Promise<Playing> {
    const address = this.#url.href
    const offered = headerOf(await this.#connection.request('OPTIONS', address), 'public') ?? ''
    const described = await this.#ask('DESCRIBE', address, { Accept: 'application/sdp' })
    const base = headerOf(described, 'content-base') ?? headerOf(described, 'content-location') ?? address
    const description = parseSessionDescription(Buffer.from(described.body).toString('utf8'))
    if (!description) throw new StreamFailure('refused', 'the answer to DESCRIBE is no session description')
    const video = chooseVideo(description.videos)
    this.#video = { payloadType: video.payloadType, depacketiser: video.create() }
    const transport = 'RTP/AVP/TCP;unicast;interleaved=0-1'
    const setUp = await this.#ask('SETUP', resolveControl(base, video.control), { Transport: transport })
    this.#channel = interleavedChannel(setUp)
    const { id, timeoutMs } = sessionOf(setUp)
    const uri = resolveControl(base, description.control)
    this.#session = { uri, id }
    this.#packetAt = this.#pictureAt = this.#options.clock.now()
    await this.#ask('PLAY', uri, { Session: id, Range: 'npt=0.000-' })
    const keepAliveMethod = /\bGET_PARAMETER\b/i.test(offered) ? 'GET_PARAMETER' : 'OPTIONS'
    return { uri, id, keepAliveMs: Math.min(Math.max(timeoutMs / 2, 1_000), 25_000), keepAliveMethod }
  }

  async #ask(method: string, uri: string, headers: Record<string, string>): Promise<RtspResponse> {
    const response = await this.#connection.request(method, uri, headers)
    if (response.status >= 200 && response.status < 300) return response
    throw new StreamFailure('refused', `${method} is answered with ${response.status} ${response.reason.slice(0, 80)}`)
  }

  #readFrame(frame: InterleavedFrame): void {
    if (frame.channel === this.#channel + 1 && isGoodbye(frame.payload)) {
      this.#connection.fail(new StreamFailure('closed-by-camera', 'the camera said goodbye (RTCP BYE)'))
    }
    if (frame.channel !== this.#channel || !this.#video) return
    const packet = parseRtp(frame.payload)
    if (!packet || packet.payloadType !== this.#video.payloadType) return
    this.#packetAt = this.#options.clock.now()
    for (const unit of this.#video.depacketiser.push(packet, this.#packetAt)) {
      this.#pictureAt = this.#packetAt
      this.#options.onUnit(unit)
    }
  }

  /** Ends the session when nothing comes any more. */
  async #watch(): Promise<never> {
    const { clock } = this.#options
    const { noPacket, noPicture } = this.#times
    for (;;) {
      const now = clock.now()
      const rest = Math.min(this.#packetAt + noPacket, this.#pictureAt + noPicture) - now
      if (rest <= 0) {
        const what =
          now - this.#packetAt >= noPacket ? `nothing came for ${noPacket} ms` : `no picture in ${noPicture} ms`
        throw new StreamFailure('no-media', what)
      }
      await clock.sleep(rest, this.#connection.ended)
    }
  }

  /** RFC 2326 section 12.37. An answer that does not come is no reason to stop while pictures do. */
  async #keepAlive(playing: Playing): Promise<never> {
    const { clock, log } = this.#options
    let method = playing.keepAliveMethod
    for (;;) {
      await clock.sleep(playing.keepAliveMs, this.#connection.ended)
      try {
        const { status } = await this.#connection.request(method, playing.uri, { Session: playing.id })
        if (status === 454) throw new StreamFailure('closed-by-camera', 'the camera has forgotten the session')
        if (status >= 400) method = 'OPTIONS'
      } catch (error) {
        if (!(error instanceof StreamFailure) || error.trouble !== 'unreachable') throw error
        log.debug({ address: loggable(this.#url.href) }, 'keep-alive is not answered')
      }
    }
  }
}

/** Without user and password, which do not belong into requests. */
function addressOf(text: string): URL {
  const url = URL.parse(text)
  if (url?.protocol !== 'rtsp:' || url.hostname === '') throw new StreamFailure('refused', 'not an RTSP address')
  url.username = ''
  url.password = ''
  url.hash = ''
  return url
}

function chooseVideo(videos: readonly VideoDescription[]): VideoDescription & { create: () => Depacketiser } {
  for (const video of videos) {
    const depacketiser = depacketisers[video.encoding]
    if (depacketiser) return { ...video, create: () => depacketiser(video) }
  }
  const offered = videos.map((video) => video.encoding.slice(0, 20)).join(', ') || 'no video'
  throw new StreamFailure(
    'unsupported',
    `the camera offers ${offered}; ${Object.keys(depacketisers).join(', ')} can be played`,
  )
}

function interleavedChannel(response: RtspResponse): number {
  const transport = headerOf(response, 'transport') ?? ''
  if (!/TCP/i.test(transport)) throw new StreamFailure('refused', 'the camera does not send over the RTSP connection')
  return Number(/interleaved=(\d{1,3})/i.exec(transport)?.[1] ?? 0)
}

/** RFC 2326 section 12.37: 60 seconds unless the server says otherwise. */
function sessionOf(response: RtspResponse): { id: string; timeoutMs: number } {
  const [id = '', ...parameters] = (headerOf(response, 'session') ?? '').split(';').map((part) => part.trim())
  if (id === '') throw new StreamFailure('refused', 'the answer to SETUP names no session')
  const seconds = parameters.map((parameter) => /^timeout=(\d{1,5})$/i.exec(parameter)?.[1]).find(Boolean)
  return { id, timeoutMs: Number(seconds ?? 60) * 1000 }
}
