/** Plays one RTSP address (RFC 2326, TCP interleaved) and gives out whole access units until it is stopped or fails. */
import { randomInt } from 'node:crypto'
import type { Logger } from 'pino'
import type { Clock } from '../clock.ts'
import type { Depacketiser } from './depacketiser.ts'
import { loggable, type MediaUnit, Redirection, StreamFailure } from './media-unit.ts'
import { chooseVideo } from './playable-video.ts'
import { Reporter, reportMs } from './rtcp.ts'
import { parseRtp } from './rtp.ts'
import { addressOf, interleavedChannels, redirected, sessionOf } from './rtsp-answers.ts'
import { RtspConnection } from './rtsp-connection.ts'
import { headerOf, type InterleavedFrame, type RtspResponse } from './rtsp-message.ts'
import { type AudioDescription, parseSessionDescription, resolveControl } from './sdp.ts'
import { chooseSound, type SoundTaker } from './sound.ts'
import { SoundTrack } from './sound-track.ts'

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

const maxRedirects = 3
/** So many packets of another payload type than described, and none of it: the description is wrong. */
const mostStrangers = 20
/** A camera that played for so long before it sent us elsewhere does not lead round in circles. */
const settledMs = 10_000

export interface RtspPlayOptions {
  url: string
  credentials: { user: string; password: string } | null
  signal: AbortSignal
  clock: Clock
  log: Logger
  times?: RtspTimes
  onUnit: (unit: MediaUnit) => void
  /** Absent: the camera is not asked for its sound. */
  sound?: SoundTaker
  /** The camera has led elsewhere: times of units begin anew, as after a new call. */
  onRestart?: () => void
  /** A key frame would help: playing begins, or pictures were lost. */
  onKeyWanted?: () => void
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
  let url = addressOf(options.url)
  for (let redirects = 0; ;) {
    const session = new RtspSession(options, url)
    try {
      return await session.play()
    } catch (error) {
      if (!(error instanceof Redirection)) throw error
      redirects = session.playedMs >= settledMs ? 1 : redirects + 1
      if (redirects > maxRedirects) throw new StreamFailure('refused', `more than ${maxRedirects} redirects`, error)
      url = redirected(url, error.location)
      options.log.info({ address: loggable(url.href) }, 'the camera sends us elsewhere')
      options.onRestart?.()
    }
  }
}

class RtspSession {
  readonly #options: RtspPlayOptions
  readonly #times: RtspTimes
  readonly #url: URL
  readonly #connection: RtspConnection
  #session: { uri: string; id: string } | null = null
  #video: { payloadType: number; depacketiser: Depacketiser; reporter: Reporter } | null = null
  #sound: SoundTrack | null = null
  #channels = { media: 0, control: 1 }
  #startedAt = 0
  #packetAt = 0
  #pictureAt = 0
  /** Packets of another payload type, before the first of the one described. */
  #strangers = 0

  constructor(options: RtspPlayOptions, url: URL) {
    options.signal.throwIfAborted()
    this.#options = options
    this.#times = options.times ?? defaultRtspTimes
    this.#url = url
    this.#connection = new RtspConnection({
      url: this.#url,
      credentials: options.credentials,
      clock: options.clock,
      answerMs: this.#times.answer,
      onFrame: (frame) => this.#readFrame(frame),
      onRedirect: (reason) => this.#connection.close(this.#session, reason),
    })
  }

  /** Milliseconds from PLAY to the last picture. */
  get playedMs(): number {
    return this.#pictureAt - this.#startedAt
  }

  async play(): Promise<never> {
    const { signal, log } = this.#options
    const stop = () => this.#connection.close(this.#session)
    signal.addEventListener('abort', stop, { once: true })
    try {
      await this.#connection.open()
      const playing = await this.#start()
      log.debug({ address: loggable(this.#url.href), keepAliveMs: playing.keepAliveMs }, 'RTSP session plays')
      return await Promise.race([this.#watch(), this.#keepAlive(playing), this.#report()])
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
    const reporter = new Reporter(video.clockRate, randomInt(2 ** 32))
    this.#video = { payloadType: video.payloadType, depacketiser: video.create(), reporter }
    const transport = 'RTP/AVP/TCP;unicast;interleaved=0-1'
    const setUp = await this.#ask('SETUP', resolveControl(base, video.control), { Transport: transport })
    this.#channels = interleavedChannels(setUp)
    const { id, timeoutMs } = sessionOf(setUp)
    const uri = resolveControl(base, description.control)
    this.#session = { uri, id }
    await this.#setUpSound(description.audios, base, id)
    this.#startedAt = this.#packetAt = this.#pictureAt = this.#options.clock.now()
    await this.#ask('PLAY', uri, { Session: id, Range: 'npt=0.000-' })
    this.#options.onKeyWanted?.()
    const keepAliveMethod = /\bGET_PARAMETER\b/i.test(offered) ? 'GET_PARAMETER' : 'OPTIONS'
    return { uri, id, keepAliveMs: Math.min(Math.max(timeoutMs / 2, 1_000), 25_000), keepAliveMethod }
  }

  /**
   * In the same session, before PLAY: most cameras let no track be added while they play, so whoever begins to listen would break the pictures
   * of all who look. That costs the network 64 kbit/s of G.711 or less, heard or not.
   */
  async #setUpSound(audios: readonly AudioDescription[], base: string, id: string): Promise<void> {
    const { sound: taker, log } = this.#options
    if (!taker) return
    const choice = chooseSound(audios)
    if (!choice.playable) return taker.offered(choice.offer)
    const { control, offer } = choice.playable
    // Told first: a camera that fails here altogether is not asked again at once.
    taker.offered(offer)
    const headers = { Transport: 'RTP/AVP/TCP;unicast;interleaved=2-3', Session: id }
    try {
      const channels = interleavedChannels(await this.#ask('SETUP', resolveControl(base, control), headers))
      const pictures = Object.values(this.#channels)
      if (Object.values(channels).some((channel) => pictures.includes(channel)))
        throw new StreamFailure('refused', 'sound and pictures have one channel')
      const pictureTransitMs = () => this.#video?.reporter.transitMs ?? null
      this.#sound = new SoundTrack({ sound: choice.playable, channels, taker, pictureTransitMs, log })
    } catch (error) {
      if (this.#connection.ended.aborted) throw error
      log.info({ err: error }, 'the camera does not give its sound')
      taker.offered({ state: 'refused' })
    }
  }

  async #ask(method: string, uri: string, headers: Record<string, string>): Promise<RtspResponse> {
    const response = await this.#connection.request(method, uri, headers)
    if (response.status >= 200 && response.status < 300) return response
    if (redirects.has(response.status)) throw new Redirection(headerOf(response, 'location') ?? '')
    throw new StreamFailure('refused', `${method} is answered with ${response.status} ${response.reason.slice(0, 80)}`)
  }

  #readFrame(frame: InterleavedFrame): void {
    const video = this.#video
    if (!video) return
    const now = this.#options.clock.now()
    if (this.#sound?.read(frame, now)) return
    if (frame.channel === this.#channels.control && video.reporter.read(frame.payload, now)) {
      this.#connection.fail(new StreamFailure('closed-by-camera', 'the camera said goodbye (RTCP BYE)'))
    }
    if (frame.channel !== this.#channels.media) return
    const packet = parseRtp(frame.payload)
    if (!packet || !this.#isExpected(packet.payloadType, video)) return
    this.#packetAt = now
    video.reporter.count(packet, now)
    const { dropped } = video.depacketiser
    for (const unit of video.depacketiser.push(packet, now)) {
      this.#pictureAt = now
      const { senderOffsetMs } = video.reporter
      this.#options.onUnit(senderOffsetMs === null ? unit : { ...unit, cameraOffsetMs: senderOffsetMs })
    }
    if (video.depacketiser.dropped > dropped) this.#options.onKeyWanted?.()
  }

  /** Cameras were seen to send another payload type than they describe: one that comes alone is taken for it. */
  #isExpected(payloadType: number, video: { payloadType: number }): boolean {
    if (payloadType === video.payloadType) {
      this.#strangers = -Infinity
      return true
    }
    this.#strangers += 1
    if (this.#strangers < mostStrangers) return false
    this.#options.log.warn({ described: video.payloadType, sent: payloadType }, 'the camera sends another payload type')
    video.payloadType = payloadType
    return true
  }

  /** Some cameras end a session whose receiver never reports, whatever else it says. */
  async #report(): Promise<never> {
    const { clock } = this.#options
    for (;;) {
      await clock.sleep(reportMs, this.#connection.ended)
      const report = this.#video?.reporter.write(clock.now())
      if (report) this.#connection.sendFrame(this.#channels.control, report)
      const ofSound = this.#sound?.report(clock.now())
      if (ofSound) this.#connection.sendFrame(ofSound.channel, ofSound.bytes)
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
        if (this.#connection.ended.aborted || !(error instanceof StreamFailure)) throw error
        log.info({ address: loggable(this.#url.href), problem: error.message }, 'keep-alive is not taken')
        // Asking again and again with a password that is refused locks accounts; the pictures stay for as long as they come.
        if (error.trouble === 'unauthorized') return await until(this.#connection.ended)
      }
    }
  }
}

const redirects: ReadonlySet<number> = new Set([300, 301, 302, 303, 307, 308])

/** Rejects with the reason of the end. */
async function until(ended: AbortSignal): Promise<never> {
  ended.throwIfAborted()
  return await new Promise((_, reject) => ended.addEventListener('abort', () => reject(ended.reason), { once: true }))
}
