/** Where sound is heard: pieces one after another on the browser's audio clock, with their level and their volume. */
import { dueAt, placeSound, slackOf, type SoundPiece } from './sound-schedule.ts'

export interface SoundOutput {
  /** Takes the samples over and lets go of them; false when they are too old to be heard. `now`: ms since 1970. */
  play(samples: AudioData, piece: Omit<SoundPiece, 'durationMs'>, now: number): boolean
  /** Of what is heard now, 0 to 1 (root mean square before the volume). */
  level(): number
  /** 0 to 1. */
  setVolume(volume: number): void
  /** The browser lets nothing be heard before somebody has touched the page. */
  readonly isBlocked: boolean
  readonly heardSamples: number
  close(): void
}

/** Over so many ms it is judged how late pieces come. */
const judgedMs = 3_000
/** A busy browser says seconds, in s; then it is not believed. */
const mostLatency = 0.1

/** `sampleRate` in Hz: at the sound's own rate its pieces meet without a seam. */
export function openSoundOutput(sampleRate: number): SoundOutput {
  const context = new AudioContext({ sampleRate, latencyHint: 'interactive' })
  const analyser = context.createAnalyser()
  const gain = context.createGain()
  analyser.fftSize = 1024
  analyser.connect(gain).connect(context.destination)
  const wave = new Float32Array(analyser.fftSize)
  const queued = new Set<AudioBufferSourceNode>()
  /** On the context's clock, in seconds. */
  let queuedUntil = 0
  let heardSamples = 0
  let delays: { at: number; ms: number }[] = []

  function cut(at: number) {
    for (const node of queued) node.stop(at)
  }

  function resume() {
    if (navigator.userActivation.hasBeenActive) context.resume().catch(() => {})
    return false
  }

  function place(samples: AudioData, piece: Omit<SoundPiece, 'durationMs'>, now: number) {
    // A context that does not run has no time: what comes meanwhile is not kept for later.
    if (context.state !== 'running') return resume()
    delays = [...delays.filter(({ at }) => at > now - judgedMs), { at: now, ms: now - piece.receivedAt }]
    const slackMs = slackOf(delays.map(({ ms }) => ms))
    const durationMs = samples.duration / 1000
    const dueIn = dueAt({ ...piece, durationMs }, slackMs) - now - Math.min(context.outputLatency, mostLatency) * 1000
    const { currentTime } = context
    const queuedMs = Math.max(0, queuedUntil - currentTime) * 1000
    const placing = placeSound({ dueIn, queuedMs })
    if (!placing) return false
    // To the sample, where it follows the one before.
    const at = placing.startsIn === queuedMs ? queuedUntil : currentTime + placing.startsIn / 1000
    if (placing.cuts) cut(at)
    const buffer = context.createBuffer(samples.numberOfChannels, samples.numberOfFrames, samples.sampleRate)
    for (let channel = 0; channel < samples.numberOfChannels; channel += 1)
      samples.copyTo(buffer.getChannelData(channel), { planeIndex: channel, format: 'f32-planar' })
    const node = new AudioBufferSourceNode(context, { buffer })
    node.onended = () => queued.delete(node)
    node.connect(analyser)
    node.start(at)
    queued.add(node)
    queuedUntil = at + buffer.duration
    heardSamples += samples.numberOfFrames
    return true
  }

  return {
    play(samples, piece, now) {
      try {
        return place(samples, piece, now)
      } finally {
        samples.close()
      }
    },
    level() {
      analyser.getFloatTimeDomainData(wave)
      return Math.min(1, Math.sqrt(wave.reduce((sum, value) => sum + value * value, 0) / wave.length))
    },
    setVolume: (volume) => void (gain.gain.value = volume),
    get isBlocked() {
      return context.state === 'suspended' && !navigator.userActivation.hasBeenActive
    },
    get heardSamples() {
      return heardSamples
    },
    close() {
      cut(0)
      context.close().catch(() => {})
    },
  }
}
