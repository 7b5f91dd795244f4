/** The last resort: still pictures of a watch, about one a second, drawn into the same `<video>` that would play it. */
import type { StillPicture } from '../../native/contract/camera.ts'
import { readFault } from '../link/faults.ts'
import { retryDelay } from '../link/waiting.ts'
import { createBitrate } from './bitrate.ts'
import { phaseOf, type Player, type PlayerTarget, type PlayerTrouble } from './player.ts'
import type { Timing } from './timing.ts'

export interface StillOptions {
  /** Answers with the next picture; native keeps the pace. */
  take(signal: AbortSignal): Promise<StillPicture>
  timing: Timing
}

/** From picture to picture by design, ms. */
const paceMs = 1000
const bitrateWindowMs = 10_000

const ends: Partial<Record<string, PlayerTrouble>> = { 'not-found': 'unknown-watch', invalid: 'no-stills' }
const troubles: Partial<Record<string, PlayerTrouble>> = {
  'camera-unreachable': 'unreachable',
  'camera-unauthorized': 'unauthorized',
  'workstation-lost': 'wire',
}

export function openStillPlayer({ video }: PlayerTarget, { take, timing }: StillOptions): Player {
  const ended = Promise.withResolvers<PlayerTrouble>()
  const closed = new AbortController()
  const { signal } = closed
  const screen = openScreen(video)
  const bitrate = createBitrate(bitrateWindowMs)
  let trouble: PlayerTrouble | null = null
  let hasEnded = false
  let dropped = 0

  async function showNext() {
    const { picture, askedAt, receivedAt } = await take(signal)
    const bytes = Uint8Array.from(atob(picture), (letter) => letter.charCodeAt(0))
    bitrate.add(bytes.byteLength, receivedAt)
    const decoded = await createImageBitmap(new Blob([bytes], { type: 'image/jpeg' })).catch(() => null)
    trouble = null
    if (!decoded) dropped += 1
    else if (!signal.aborted) screen.show(decoded, askedAt)
    decoded?.close()
  }

  async function run() {
    let failures = 0
    while (!signal.aborted) {
      const startedAt = timing.now()
      try {
        await showNext()
        failures = 0
      } catch (thrown) {
        if (signal.aborted) return
        const { code, reason } = readFault(thrown)
        trouble = ends[code] ?? troubles[reason ?? ''] ?? 'no-media'
        failures += 1
        if (ends[code]) {
          hasEnded = true
          return ended.resolve(trouble)
        }
      }
      const rest = startedAt + paceMs - timing.now()
      await timing.pause(failures > 0 ? Math.max(paceMs, retryDelay(failures)) : Math.max(0, rest), signal)
    }
  }
  void run()

  return {
    ended: ended.promise,
    read(now) {
      const { shownFrom, count } = screen
      const ageMs = shownFrom === null ? null : Math.max(0, now - shownFrom)
      const failed = hasEnded || (ageMs === null && trouble !== null)
      const phase = phaseOf({ failed, ageMs }, paceMs)
      return {
        ...{ phase, trouble: phase === 'playing' ? null : trouble, ageMs, ageBy: 'still', shown: count, dropped },
        ...{ codec: 'jpeg', path: 'stills', bitsPerSecond: bitrate.read(now) },
      }
    },
    close() {
      closed.abort()
      screen.close()
    },
  }
}

/** A canvas whose stream the element plays: everything that works on the picture works on it as on any other. */
function openScreen(video: HTMLVideoElement) {
  const canvas = document.createElement('canvas')
  const stream = canvas.captureStream(0)
  const [track] = stream.getVideoTracks() as CanvasCaptureMediaStreamTrack[]
  const context = canvas.getContext('2d', { alpha: false })
  let drawn: number | null = null
  let shownFrom: number | null = null
  let count = 0

  // One picture a second: whatever comes onto the screen is the last one drawn.
  const look: VideoFrameRequestCallback = () => {
    if (drawn !== null && drawn !== shownFrom) {
      shownFrom = drawn
      count += 1
    }
    callback = video.requestVideoFrameCallback(look)
  }
  let callback = video.requestVideoFrameCallback(look)
  video.muted = true
  video.srcObject = stream
  video.play().catch(() => {}) // Rejects when the element goes away first; muted video needs no gesture.

  return {
    get shownFrom() {
      return shownFrom
    },
    get count() {
      return count
    },
    show(picture: ImageBitmap, askedAt: number) {
      const { width, height } = picture
      if (canvas.width !== width || canvas.height !== height) Object.assign(canvas, { width, height })
      context?.drawImage(picture, 0, 0)
      drawn = askedAt
      track?.requestFrame()
    },
    close() {
      video.cancelVideoFrameCallback(callback)
      track?.stop()
      if (video.srcObject === stream) video.srcObject = null
      Object.assign(canvas, { width: 0, height: 0 })
    },
  }
}
