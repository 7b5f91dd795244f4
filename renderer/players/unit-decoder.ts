/** Access units into frames by WebCodecs: never far behind, and up again at the next key frame after an error. */
import type { AccessUnit } from '../../native/contract/media-wire.ts'
import { createFrameGate, wallLimits } from './frame-gate.ts'

export interface UnitDecoderOptions {
  now(): number
  /** Takes the frame over. `isBehind`: newer ones wait in the decoder, and one was given lately. */
  frame(frame: VideoFrame, isBehind: boolean): void
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

/** However far behind, so often a picture is given (ms): on a busy machine one that catches up for ever would freeze. */
const givenEveryMs = 250

export function openUnitDecoder({ now, frame, broke }: UnitDecoderOptions): UnitDecoder {
  const gate = createFrameGate(wallLimits)
  /** When each unit went into the decoder, by its timestamp. */
  const entered = new Map<number, number>()
  let givenAt = -Infinity
  let config: VideoDecoderConfig | null = null
  let decoder: VideoDecoder | null = null

  function output(decoded: VideoFrame) {
    const at = now()
    const spent = at - (entered.get(decoded.timestamp) ?? at)
    entered.delete(decoded.timestamp)
    gate.decoded(spent, at)
    const isLate = spent > wallLimits.freshMs && (decoder?.decodeQueueSize ?? 0) >= wallLimits.queue
    const isBehind = isLate && at - givenAt < givenEveryMs
    if (!isBehind) givenAt = at
    frame(decoded, isBehind)
  }

  function renew() {
    if (decoder && decoder.state !== 'closed') decoder.close()
    entered.clear()
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
      const at = now()
      const verdict = gate.admit(unit, decoder?.decodeQueueSize ?? 0, at)
      if (verdict === 'restart') {
        decoder?.reset()
        entered.clear()
      }
      if (verdict === 'drop' || (verdict === 'restart' && !unit.key)) return false
      const ready = decoder ?? renew()
      // After a reset, an error or a new codec the decoder is configured at the key frame that it starts from.
      if (unit.key && (ready.state === 'unconfigured' || config !== configured.get(ready))) {
        ready.configure(config)
        configured.set(ready, config)
      }
      if (ready.state !== 'configured') return false
      entered.set(unit.timestamp, at)
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
