/** Plays the sound of a granted watch, and says why when there is none to be heard. */
import type { AccessUnit, MediaNotice, SoundOffer } from '../../native/contract/media-wire.ts'
import type { MediaWire } from './media-wire.ts'
import { openSoundOutput, type SoundOutput } from './sound-output.ts'

export type SoundPhase =
  'connecting' | 'hearing' | 'quiet' | 'late' | 'none' | 'refused' | 'unsupported' | 'failed' | 'blocked'

export interface SoundReading {
  phase: SoundPhase
  /** Of a sound that is not supported. */
  encoding: string
  /** 0 to 1. */
  level: number
  /** Samples that were given to be heard since opening. */
  heard: number
}

export interface SoundPlayer {
  /** Cheap. `now`: ms since 1970. */
  read(now: number): SoundReading
  /** 0 to 1. */
  setVolume(volume: number): void
  close(): void
}

export interface SoundPlayerOptions {
  /** Of a watch that was granted to listen. */
  watchId: string
  wire: Pick<MediaWire, 'open'>
  volume: number
  now(): number
}

/** Without anything to hear for so long it is said, in ms. */
const quietAfterMs = 2_000
/** Pieces that may wait for the decoder; more would be old when they are heard. */
const mostWaiting = 16
const mostErrors = 5
/** Of pieces in the decoder, when they were received. */
const mostRemembered = 64

type Playable = Extract<SoundOffer, { state: 'playable' }>

export function openSoundPlayer({ watchId, wire, volume, now }: SoundPlayerOptions): SoundPlayer {
  const openedAt = now()
  let offer: SoundOffer | null = null
  let config: AudioDecoderConfig | null = null
  let decoder: AudioDecoder | null = null
  let output: SoundOutput | null = null
  let errors = 0
  let unsupported: string | null = null
  let decodedAt = -Infinity
  let heardAt: number | null = null
  let received: { timestamp: number; receivedAt: number; aheadMs: number }[] = []
  let isClosed = false

  function stopHearing() {
    if (decoder && decoder.state !== 'closed') decoder.close()
    output?.close()
    decoder = output = config = null
    received = []
  }

  async function configure(next: Playable) {
    stopHearing()
    offer = next
    unsupported = null
    errors = 0
    const wanted = configOf(next)
    const isSupported = 'AudioDecoder' in globalThis && (await isDecoded(wanted))
    if (isClosed || offer !== next) return
    if (!isSupported) return void (unsupported = next.codec)
    config = wanted
    output = openSoundOutput(next.sampleRate)
    output.setVolume(volume)
  }

  function hear(samples: AudioData) {
    const [first] = received.toSorted((a, b) => gap(a, samples) - gap(b, samples))
    if (!output || !first) return samples.close()
    const at = now()
    decodedAt = at
    if (output.play(samples, first, at)) heardAt = at
  }

  function openDecoder(wanted: AudioDecoderConfig): AudioDecoder {
    const opened = new AudioDecoder({
      output: hear,
      error() {
        errors += 1
        if (decoder === opened) decoder = null
      },
    })
    opened.configure(wanted)
    return opened
  }

  function unit({ timestamp, receivedAt, data, sound }: AccessUnit) {
    if (!config || !sound || errors >= mostErrors) return
    decoder ??= openDecoder(config)
    if (decoder.decodeQueueSize > mostWaiting) return
    received = [...received.slice(1 - mostRemembered), { timestamp, receivedAt, aheadMs: sound.aheadMs }]
    decoder.decode(new EncodedAudioChunk({ type: 'key', timestamp, data }))
  }

  function notice(notice: MediaNotice) {
    if (notice.type !== 'sound') return
    // The same after a reconnection: what is heard goes on.
    if (JSON.stringify(notice.offer) === JSON.stringify(offer)) return
    if (notice.offer.state === 'playable') return void configure(notice.offer)
    stopHearing()
    offer = notice.offer
  }

  const stream = wire.open(
    watchId,
    { unit: (one) => isClosed || unit(one), notice: (one) => isClosed || notice(one), broken: () => {} },
    'sound',
  )

  function phase(at: number): SoundPhase {
    if (offer && offer.state !== 'playable') return offer.state
    if (unsupported !== null) return 'unsupported'
    if (errors >= mostErrors) return 'failed'
    if (output?.isBlocked) return 'blocked'
    if (at - (heardAt ?? openedAt) > quietAfterMs) return at - decodedAt > quietAfterMs ? 'quiet' : 'late'
    return heardAt === null ? 'connecting' : 'hearing'
  }

  return {
    read: (at) => ({
      phase: phase(at),
      encoding: offer?.state === 'unsupported' ? offer.encoding : (unsupported ?? ''),
      level: output?.level() ?? 0,
      heard: output?.heardSamples ?? 0,
    }),
    setVolume(next) {
      volume = next
      output?.setVolume(next)
    },
    close() {
      if (isClosed) return
      isClosed = true
      stream.close()
      stopHearing()
    },
  }
}

/** Decoders give a piece out with its own time or, where they begin late, nearly so. */
const gap = (piece: { timestamp: number }, samples: AudioData) => Math.abs(piece.timestamp - samples.timestamp)

function configOf({ codec, sampleRate, channels, description }: Playable): AudioDecoderConfig {
  const config: AudioDecoderConfig = { codec, sampleRate, numberOfChannels: channels }
  return description === undefined ? config : { ...config, description: Uint8Array.from(atob(description), codeOf) }
}
const codeOf = (character: string) => character.charCodeAt(0)

async function isDecoded(config: AudioDecoderConfig): Promise<boolean> {
  return await AudioDecoder.isConfigSupported(config).then(
    ({ supported }) => supported === true,
    () => false,
  )
}
