/** The sound that comes beside the pictures: what flows, and which of a camera's sounds can be played. */
import type { SoundOffer } from '../contract/media-wire.ts'
import { aacReader, readAudioConfig } from './aac-payload.ts'
import type { AudioDescription } from './sdp.ts'
import { type PayloadReader, SoundDepacketiser } from './sound-depacketiser.ts'

export interface SoundUnit {
  /** Microseconds since the first unit of the session. */
  timestamp: number
  /** Milliseconds since 1970. Of several units in a packet: as if each had come alone, when it was over. */
  receivedAt: number
  /** By how many ms sound reaches us earlier than the picture of the same instant; 0 when it does not, or the camera does not tell. */
  aheadMs: number
  /** One packet of G.711, or one raw AAC frame. */
  data: Uint8Array
}

/** What takes the sound of a session. */
export interface SoundTaker {
  /** Before the first unit, of each session. */
  offered(offer: SoundOffer): void
  heard(unit: SoundUnit): void
}

export interface PlayableSound {
  audio: AudioDescription
  /** As written, for the address of SETUP. */
  control: string
  offer: SoundOffer
  create: () => SoundDepacketiser
}

/** One of the two can be had: a sound to set up, or why there is none. */
export type SoundChoice = { playable: PlayableSound } | { playable: null; offer: SoundOffer }

/** The first that can be played. A section without an address of its own cannot be set up apart from the pictures. */
export function chooseSound(audios: readonly AudioDescription[]): SoundChoice {
  for (const audio of audios) {
    const found = audio.control === null || audio.control === '*' ? null : playable(audio, audio.control)
    if (found) return { playable: found }
  }
  const [first] = audios
  if (!first) return { playable: null, offer: { state: 'none' } }
  return { playable: null, offer: { state: 'unsupported', encoding: first.encoding.slice(0, 20) } }
}

/** RFC 3551 sections 4.5.14; a sample is a tick. */
const g711: PayloadReader = { read: (payload) => [{ ticks: 0, data: payload }], lose: () => {} }

function playable(audio: AudioDescription, control: string): PlayableSound | null {
  const { clockRate } = audio
  if (audio.encoding === 'PCMU' || audio.encoding === 'PCMA') {
    const codec = audio.encoding === 'PCMU' ? 'ulaw' : 'alaw'
    const offer = { state: 'playable', codec, sampleRate: clockRate, channels: audio.channels } as const
    const ticksOf = (data: Uint8Array) => data.byteLength / audio.channels
    return { audio, control, offer, create: () => new SoundDepacketiser(g711, clockRate, ticksOf) }
  }
  const config = audio.encoding === 'MPEG4-GENERIC' ? readAudioConfig(audio.parameters.get('config') ?? '') : null
  if (!config) return null
  const frameTicks = (config.frameSamples * clockRate) / config.sampleRate
  const reader = aacReader(audio.parameters, frameTicks)
  if (!reader) return null
  const { codec, sampleRate, channels, description } = config
  return {
    ...{ audio, control },
    offer: { state: 'playable', codec, sampleRate, channels, description },
    create: () => new SoundDepacketiser(reader(), clockRate, () => frameTicks),
  }
}
