/**
 * The stage: decoded frames → MediaStreamTrackGenerator → `<video>`, with the age of what is really on the screen.
 * Chromium only, and only on the page's own thread (it offers VideoTrackGenerator nowhere); decoding itself happens on the
 * browser's media threads, so a worker of our own would add a hop and save nothing.
 */
import { createShownFrames, type ShownFrames } from './shown-frames.ts'

/** Not in lib.dom: Chromium's track whose frames a page writes itself (mediacapture-transform). */
interface TrackGenerator extends MediaStreamTrack {
  readonly writable: WritableStream<VideoFrame>
}
type TrackGeneratorConstructor = new (options: { kind: 'video' }) => TrackGenerator

export function trackGenerator(): TrackGeneratorConstructor | null {
  const found: unknown = Reflect.get(globalThis, 'MediaStreamTrackGenerator')
  return typeof found === 'function' ? (found as TrackGeneratorConstructor) : null
}

export interface TrackStage {
  readonly frames: ShownFrames
  /** Frames not shown because the screen had not taken the ones before. */
  readonly dropped: number
  /** Takes the frame over: shows it or closes it. */
  show(frame: VideoFrame): void
  close(): void
}

/** Frames that may wait for the screen; more would be lag. */
const mostWaiting = 2

export function openTrackStage(video: HTMLVideoElement, Generator: TrackGeneratorConstructor): TrackStage {
  const track = new Generator({ kind: 'video' })
  const writer = track.writable.getWriter()
  const frames = createShownFrames()
  const stream = new MediaStream([track])
  let waiting = 0
  let dropped = 0
  let isClosed = false

  const written = () => {
    waiting -= 1
  }
  const look: VideoFrameRequestCallback = (_now, { mediaTime }) => {
    frames.shown(mediaTime)
    callback = video.requestVideoFrameCallback(look)
  }
  let callback = video.requestVideoFrameCallback(look)
  video.muted = true
  video.srcObject = stream
  video.play().catch(() => {}) // Rejects when the element goes away first; muted video needs no gesture.

  return {
    frames,
    get dropped() {
      return dropped
    },
    show(frame) {
      if (isClosed || waiting >= mostWaiting) {
        dropped += 1
        frame.close()
        return
      }
      waiting += 1
      writer.write(frame).then(written, written)
    },
    close() {
      if (isClosed) return
      isClosed = true
      video.cancelVideoFrameCallback(callback)
      writer.close().catch(() => {})
      track.stop()
      if (video.srcObject === stream) video.srcObject = null
    },
  }
}
