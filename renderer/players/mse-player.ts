/** Plays access units as fragmented MP4 by Media Source Extensions: where there is no WebCodecs or its decoder gave up. */
import type { AccessUnit, MediaNotice } from '../../native/contract/media-wire.ts'
import { createBitrate } from './bitrate.ts'
import { type FragmentBuffer, openFragmentBuffer } from './fragment-buffer.ts'
import type { MediaWire } from './media-wire.ts'
import type { Player, PlayerTarget, PlayerTrouble } from './player.ts'
import { createShownFrames } from './shown-frames.ts'
import { createStreamHealth } from './stream-health.ts'

export interface MseOptions {
  watchId: string
  wire: MediaWire
}

/** Ticks a second of the gateway's MP4. */
const timescale = 90_000
/** Failures without a frame shown in between after which it is no longer worth trying. */
const mostErrors = 5

export function openMsePlayer({ video }: PlayerTarget, { watchId, wire }: MseOptions): Player {
  const ended = Promise.withResolvers<PlayerTrouble>()
  const frames = createShownFrames(timescale)
  const health = createStreamHealth()
  const bitrate = createBitrate()
  let buffer: FragmentBuffer | null = null
  let codec: string | null = null
  let dropped = 0
  let errors = 0
  let shownAtError = 0
  let hasEnded = false

  const look: VideoFrameRequestCallback = (_now, { mediaTime }) => {
    frames.shown(mediaTime)
    callback = video.requestVideoFrameCallback(look)
  }
  let callback = video.requestVideoFrameCallback(look)

  function end(reason: PlayerTrouble) {
    if (hasEnded) return
    hasEnded = true
    health.ended(reason)
    ended.resolve(reason)
  }

  /** The element gave up: a new one of everything, from the cached group of pictures. */
  function broke() {
    buffer = null
    if (frames.count > shownAtError) errors = 0
    shownAtError = frames.count
    errors += 1
    if (errors >= mostErrors) end('decoder')
    else stream.refresh()
  }

  function configure(next: Extract<MediaNotice, { type: 'config' }>) {
    codec = next.codec
    buffer ??= openFragmentBuffer(video, broke)
    const head = Uint8Array.from(atob(next.initialisation ?? ''), (letter) => letter.charCodeAt(0))
    if (!buffer.begin(next.codec, head)) end('codec')
  }

  function unit({ data, key, timestamp, receivedAt }: AccessUnit) {
    bitrate.add(data.byteLength, receivedAt)
    frames.expect(timestamp, receivedAt)
    dropped += buffer?.push({ data, key, at: timestamp / 1e6 }) ?? 1
  }

  function notice(notice: MediaNotice) {
    if (notice.type === 'config') configure(notice)
    else if (notice.type === 'dropped') {
      dropped += notice.count
      buffer?.gap()
    } else if (notice.type === 'state' && notice.trouble === 'unknown-watch') end('unknown-watch')
    else if (notice.type === 'state') health.told(notice, frames.count)
  }

  const stream = wire.open(
    watchId,
    {
      unit: (received) => hasEnded || unit(received),
      notice: (received) => hasEnded || notice(received),
      broken() {
        health.lost()
        buffer?.gap()
      },
    },
    'fmp4',
  )

  return {
    ended: ended.promise,
    read(at) {
      const { lastReceivedAt, count } = frames
      const ageMs = lastReceivedAt === null ? null : Math.max(0, at - lastReceivedAt)
      const lost = buffer ? video.getVideoPlaybackQuality().droppedVideoFrames : 0
      return {
        ...health.judge(count, ageMs),
        ...{ ageMs, ageBy: 'frame', shown: count, dropped: dropped + lost, codec },
        ...{ path: 'mse', bitsPerSecond: bitrate.read(at) },
      }
    },
    close() {
      hasEnded = true
      stream.close()
      video.cancelVideoFrameCallback(callback)
      buffer?.close()
    },
  }
}
