/** Access units into frames by WebCodecs: never far behind, and up again at the next key frame after an error. */
import type { AccessUnit } from '../../native/contract/media-wire.ts'
import { createFrameGate, wallLimits } from './frame-gate.ts'

export interface UnitDecoderOptions {
  now(): number
  /** Takes the frame over. `isBehind`: newer ones wait in the decoder. */
  frame(frame: VideoFrame, isBehind: boolean): void
  /** When the unit with this timestamp (µs) was received, ms since 1970. */
  receivedAt(timestamp: number): number | null
  /** The decoder broke; it goes on at the next key frame. */
  broke(error: DOMException): void
}

export interface UnitDecoder {
  configure(config: VideoDecoderConfig): void
  /** True when the unit went in, false when it was dropped. */
  decode(unit: AccessUnit): boolean
  /** Units are missing: wait for a key frame. */
  broken(): void
  close(): void
}

export function openUnitDecoder({ now, frame, receivedAt, broke }: UnitDecoderOptions): UnitDecoder {
  const gate = createFrameGate(wallLimits)
  let config: VideoDecoderConfig | null = null
  let decoder: VideoDecoder | null = null

  function output(decoded: VideoFrame) {
    const at = now()
    const age = at - (receivedAt(decoded.timestamp) ?? at)
    gate.decoded(age, at)
    frame(decoded, age > wallLimits.freshMs && (decoder?.decodeQueueSize ?? 0) >= wallLimits.queue)
  }

  function renew() {
    if (decoder && decoder.state !== 'closed') decoder.close()
    const renewed = new VideoDecoder({
      output,
      error(error) {
        if (decoder !== renewed) return
        decoder = null
        gate.broken()
        broke(error)
      },
    })
    decoder = renewed
    return renewed
  }

  return {
    configure(next) {
      config = next
      gate.broken()
    },
    decode(unit) {
      if (!config) return false
      const verdict = gate.admit(unit, decoder?.decodeQueueSize ?? 0, now())
      if (verdict === 'restart') decoder?.reset()
      if (verdict === 'drop' || (verdict === 'restart' && !unit.key)) return false
      const ready = decoder ?? renew()
      // After a reset, an error or a new codec the decoder is configured at the key frame that it starts from.
      if (unit.key && (ready.state === 'unconfigured' || config !== configured.get(ready))) {
        ready.configure(config)
        configured.set(ready, config)
      }
      if (ready.state !== 'configured') return false
      ready.decode(
        new EncodedVideoChunk({ type: unit.key ? 'key' : 'delta', timestamp: unit.timestamp, data: unit.data }),
      )
      return true
    },
    broken: () => gate.broken(),
    close() {
      if (decoder && decoder.state !== 'closed') decoder.close()
      decoder = null
      config = null
    },
  }
}

/** Which configuration a decoder runs with. */
const configured = new WeakMap<VideoDecoder, VideoDecoderConfig>()
