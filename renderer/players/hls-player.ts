/** Plays an HLS source through the gateway by hls.js, kept near live and finite. Loaded only when such a camera is watched. */
import Hls, { type ErrorData, type HlsConfig } from 'hls.js'
import workerPath from 'hls.js/dist/hls.worker.js?url'
import type { MediaAccess } from '../../native/contract/camera.ts'
import { retryDelay } from '../link/waiting.ts'
import { createBitrate } from './bitrate.ts'
import { hlsAge } from './hls-age.ts'
import { readTrouble } from './media-notices.ts'
import { phaseOf, type OwnReading, type Player, type PlayerTarget, type PlayerTrouble } from './player.ts'
import type { Timing } from './timing.ts'

export interface HlsOptions {
  access: MediaAccess
  /** e.g. `/hls/ID/index.m3u8` on the media origin. */
  path: string
  timing: Timing
}

/** hls.js as it comes has an endless back buffer, never catches up and has no ceiling on latency. */
function configuration(token: string): Partial<HlsConfig> {
  return {
    enableWorker: true,
    // By path: the Content-Security-Policy allows no blob: worker.
    workerPath,
    backBufferLength: 4,
    maxBufferLength: 12,
    maxMaxBufferLength: 20,
    maxBufferSize: 20_000_000,
    // In segments, which last one second here and ten there: a ceiling in seconds could not be right for both.
    liveSyncDurationCount: 2,
    liveMaxLatencyDurationCount: 6,
    maxLiveSyncPlaybackRate: 1.3,
    liveDurationInfinity: true,
    capLevelToPlayerSize: true,
    // The token stays out of addresses, which end up in logs.
    xhrSetup: (request) => request.setRequestHeader('Authorization', `Bearer ${token}`),
  }
}

/** The gateway's header that says why the camera's HLS could not be had; a refusal of its own has none. */
const troubleHeader = 'X-Stream-Trouble'

function troubleOf({ type, networkDetails, response }: ErrorData): PlayerTrouble {
  if (type === Hls.ErrorTypes.MEDIA_ERROR) return 'decoder'
  const said = networkDetails instanceof XMLHttpRequest ? networkDetails.getResponseHeader(troubleHeader) : null
  const told = readTrouble(said)
  if (told) return told
  // The gateway itself: it restarted with another token, or the watch is over.
  if (response?.code === 401 || response?.code === 404) return 'unknown-watch'
  return response?.code ? 'playlist' : 'wire'
}

/** Fatal errors in a row, without a picture in between, after which the watch is given back. */
const mostRetries = 6
/** The gateway itself is away: it may come back at another address, which only a new watch learns. */
const mostWireRetries = 2

/** A segment comes every few seconds. */
const hlsBitrateWindowMs = 12_000

export function openHlsPlayer({ video }: PlayerTarget, { access, path, timing }: HlsOptions): Player {
  const ended = Promise.withResolvers<PlayerTrouble>()
  const closed = new AbortController()
  const bitrate = createBitrate(hlsBitrateWindowMs)
  const hls = new Hls(configuration(access.token))
  let trouble: PlayerTrouble | null = null
  let retries = 0
  let hasEnded = false
  let bufferEnd: number | null = null
  let bufferedAt: number | null = null
  let codec: string | null = null

  function end(reason: PlayerTrouble) {
    if (hasEnded) return
    hasEnded = true
    trouble = reason
    hls.stopLoad()
    ended.resolve(reason)
  }

  async function recover(data: ErrorData) {
    if (data.details === Hls.ErrorDetails.MANIFEST_INCOMPATIBLE_CODECS_ERROR) return end('codec')
    trouble = troubleOf(data)
    retries += 1
    const most = trouble === 'wire' ? mostWireRetries : mostRetries
    if (trouble === 'unknown-watch' || retries > most) return end(trouble)
    await timing.pause(retryDelay(retries), closed.signal)
    if (closed.signal.aborted || hasEnded) return
    if (data.type === Hls.ErrorTypes.MEDIA_ERROR) hls.recoverMediaError()
    else if (hls.levels.length === 0) hls.loadSource(access.origin + path)
    else hls.startLoad()
  }

  hls.on(Hls.Events.ERROR, (_event, data) => {
    if (data.fatal) void recover(data)
  })
  hls.on(Hls.Events.BUFFER_APPENDED, () => {
    const { buffered } = video
    const end = buffered.length ? buffered.end(buffered.length - 1) : null
    if (end !== null && (bufferEnd === null || end > bufferEnd + 0.01)) {
      bufferEnd = end
      bufferedAt = timing.now()
      retries = 0
      trouble = null
    }
  })
  hls.on(Hls.Events.FRAG_LOADED, (_event, { payload }) => bitrate.add(payload.byteLength, timing.now()))
  hls.on(Hls.Events.BUFFER_CODECS, (_event, tracks) => {
    codec = tracks.video?.codec ?? tracks.audiovideo?.codec ?? codec
  })
  hls.on(Hls.Events.MANIFEST_PARSED, () => void video.play().catch(() => {}))

  video.muted = true
  hls.loadSource(access.origin + path)
  hls.attachMedia(video)

  return {
    ended: ended.promise,
    read: reading,
    close() {
      if (closed.signal.aborted) return
      hasEnded = true
      closed.abort()
      hls.destroy()
      video.removeAttribute('src')
      video.load()
    },
  }

  function reading(now: number): OwnReading {
    const quality = video.getVideoPlaybackQuality()
    const facts = { playingDate: playingDate(), currentTime: video.currentTime, bufferEnd, bufferedAt }
    // Before the first decoded frame there is no picture that could have an age.
    const { ageMs, ageBy } = video.readyState < 2 ? { ageMs: null, ageBy: 'buffer' as const } : hlsAge(facts, now)
    const phase = phaseOf({ failed: trouble !== null && hasEnded, ageMs }, (hls.targetLatency ?? 0) * 1000)
    return {
      phase,
      trouble: phase === 'playing' ? null : trouble,
      ageMs,
      ageBy,
      shown: quality.totalVideoFrames - quality.droppedVideoFrames,
      dropped: quality.droppedVideoFrames,
      codec,
      path: 'hls',
      bitsPerSecond: bitrate.read(now),
    }
  }

  function playingDate(): number | null {
    const date = hls.playingDate?.getTime()
    return date === undefined || Number.isNaN(date) ? null : date
  }
}
