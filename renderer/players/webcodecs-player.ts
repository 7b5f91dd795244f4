/** Plays access units from the media wire: WebCodecs → track → `<video>`. The shortest way from camera to screen. */
import type { AccessUnit, MediaNotice } from '../../native/contract/media-wire.ts'
import { createBitrate } from './bitrate.ts'
import type { MediaWire } from './media-wire.ts'
import type { Player, PlayerTarget, PlayerTrouble } from './player.ts'
import { createStreamHealth } from './stream-health.ts'
import { openTrackStage, trackGenerator } from './track-stage.ts'
import { openUnitDecoder } from './unit-decoder.ts'

export interface WebCodecsOptions {
  watchId: string
  wire: MediaWire
  now(): number
}

/** Units kept while the browser is asked whether it decodes the codec: a cached group of pictures. */
const mostEarly = 256
/** Decoder errors without a frame shown in between after which it is no longer worth trying. */
const mostErrors = 5

export function openWebCodecsPlayer({ video }: PlayerTarget, { watchId, wire, now }: WebCodecsOptions): Player {
  const Generator = trackGenerator()
  if (!Generator) throw new Error('no MediaStreamTrackGenerator: ask player-choice first')
  const ended = Promise.withResolvers<PlayerTrouble>()
  const stage = openTrackStage(video, Generator)
  const health = createStreamHealth()
  const bitrate = createBitrate()
  let codec: string | null = null
  let dropped = 0
  let errors = 0
  let shownAtError = 0
  let hasEnded = false
  let early: AccessUnit[] | null = null

  const decoder = openUnitDecoder({
    now,
    frame(frame, isBehind) {
      // The first picture is shown however old, then only what is worth showing while the decoder catches up.
      if (isBehind && stage.frames.count > 0) frame.close()
      else stage.show(frame)
    },
    broke() {
      if (stage.frames.count > shownAtError) errors = 0
      shownAtError = stage.frames.count
      errors += 1
      if (errors >= mostErrors) end('decoder')
      else stream.refresh()
    },
  })

  function end(reason: PlayerTrouble) {
    if (hasEnded) return
    hasEnded = true
    health.ended(reason)
    ended.resolve(reason)
  }

  async function configure(next: string) {
    codec = next
    early = []
    // Annex B is what a decoder expects of a configuration without `description`.
    const config: VideoDecoderConfig = { codec: next, optimizeForLatency: true }
    const isSupported = await VideoDecoder.isConfigSupported(config).then(
      ({ supported }) => supported === true,
      () => false,
    )
    if (hasEnded || codec !== next) return
    if (!isSupported) return end('codec')
    decoder.configure(config)
    const waiting = early
    early = null
    waiting?.forEach(decode)
  }

  function unit(unit: AccessUnit) {
    bitrate.add(unit.data.byteLength, unit.receivedAt)
    decode(unit)
  }

  function decode(unit: AccessUnit) {
    if (early) {
      if (early.length < mostEarly) early.push(unit)
      return
    }
    stage.frames.expect(unit.timestamp, unit.receivedAt)
    if (!decoder.decode(unit)) dropped += 1
  }

  function notice(notice: MediaNotice) {
    if (notice.type === 'config') void configure(notice.codec)
    else if (notice.type === 'dropped') {
      dropped += notice.count
      decoder.broken()
    } else if (notice.type === 'state' && notice.trouble === 'unknown-watch') end('unknown-watch')
    // Whatever else failed, the gateway goes on trying by itself, at a pace that does not lock accounts.
    else if (notice.type === 'state') health.told(notice, stage.frames.count)
  }

  const stream = wire.open(watchId, {
    unit: (received) => hasEnded || unit(received),
    notice: (received) => hasEnded || notice(received),
    broken() {
      health.lost()
      decoder.broken()
    },
  })

  return {
    ended: ended.promise,
    read(at) {
      const { lastReceivedAt, count } = stage.frames
      const ageMs = lastReceivedAt === null ? null : Math.max(0, at - lastReceivedAt)
      const verdict = health.judge(count, ageMs)
      return {
        ...verdict,
        ...{ ageMs, ageBy: 'frame', shown: count, dropped: dropped + stage.dropped, codec },
        ...{ path: 'webcodecs', bitsPerSecond: bitrate.read(at) },
      }
    },
    close() {
      hasEnded = true
      stream.close()
      decoder.close()
      stage.close()
    },
  }
}
