/** Makes alarms heard: short tone patterns by Web Audio, one for each kind, repeated until somebody acknowledges. */
import type { AlarmKind } from '../../native/contract/duty.ts'

export interface Tone {
  /** Seconds from the start of the pattern. */
  at: number
  seconds: number
  hertz: number
}

/** Told apart by rhythm as well as by pitch: three even beeps; a rising pair, twice; one soft stroke. */
export const patterns: Readonly<Record<AlarmKind, readonly Tone[]>> = {
  late: [0, 0.22, 0.44].map((at) => ({ at, seconds: 0.12, hertz: 880 })),
  supervised: [0, 0.5].flatMap((at) => [
    { at, seconds: 0.16, hertz: 587 },
    { at: at + 0.18, seconds: 0.22, hertz: 784 },
  ]),
  soon: [{ at: 0, seconds: 0.35, hertz: 523 }],
}

/** A warning is heard once; the others until they are acknowledged. */
export const repeats = (kind: AlarmKind): boolean => kind !== 'soon'

/** From the start of one pattern to the next, in ms. */
export const repeatMs = 2500
/** Full scale is 1: heard across a room, not a fright in a headset. */
const loudness = 0.18
/** Rise and fall of a tone, in seconds: without them it clicks. */
const edge = 0.015

export interface AlarmSound {
  /** False while the browser allows no sound before a person has touched the page. */
  isAllowed(): boolean
  /** Asks for permission; call it where a person pressed something. */
  allow(): Promise<void>
  play(kind: AlarmKind): void
  close(): void
}

export function createAlarmSound(
  onAllowed: () => void,
  open: () => AudioContext = () => new AudioContext(),
): AlarmSound {
  const context = open()
  context.addEventListener('statechange', onAllowed)
  return {
    isAllowed: () => context.state === 'running',
    async allow() {
      if (context.state === 'suspended') await context.resume()
    },
    play(kind) {
      if (context.state !== 'running') return
      for (const tone of patterns[kind]) strike(context, tone)
    },
    close() {
      context.removeEventListener('statechange', onAllowed)
      void context.close()
    },
  }
}

function strike(context: AudioContext, { at, seconds, hertz }: Tone): void {
  const start = context.currentTime + at
  const oscillator = new OscillatorNode(context, { type: 'triangle', frequency: hertz })
  const gain = new GainNode(context, { gain: 0 })
  gain.gain.setValueAtTime(0, start)
  gain.gain.linearRampToValueAtTime(loudness, start + edge)
  gain.gain.setValueAtTime(loudness, start + seconds - edge)
  gain.gain.linearRampToValueAtTime(0, start + seconds)
  oscillator.connect(gain).connect(context.destination)
  oscillator.start(start)
  oscillator.stop(start + seconds)
}
