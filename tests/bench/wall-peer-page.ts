/** The page of the wall's peers: `?path=ffmpeg-mse|ffmpeg-hls&tiles=N`, tiles as the console has them and nothing else. */
import Hls from 'hls.js'
import { cameraIds } from './wall-cameras.ts'

/** Seconds behind the end of what is loaded from which a tile plays faster, and from which it jumps. */
const hurryFrom = 0.3
const jumpFrom = 1
const keptSeconds = 10

/** Bytes as they come into one source buffer, as near to the end as it plays. */
function playMovie(video: HTMLVideoElement, camera: string): void {
  const media = new MediaSource()
  video.src = URL.createObjectURL(media)
  const waiting: Uint8Array<ArrayBuffer>[] = []
  let buffer: SourceBuffer | null = null
  const append = () => {
    if (!buffer) {
      const codec = codecOf(waiting)
      if (media.readyState !== 'open' || codec === null) return
      buffer = media.addSourceBuffer(`video/mp4; codecs="${codec}"`)
      buffer.addEventListener('updateend', () => {
        keepNear(video)
        append()
      })
    }
    if (buffer.updating) return
    const { buffered } = buffer
    const next = waiting.shift()
    if (next) buffer.appendBuffer(next)
    else if (buffered.length > 0 && buffered.end(buffered.length - 1) - buffered.start(0) > keptSeconds * 2)
      buffer.remove(buffered.start(0), buffered.end(buffered.length - 1) - keptSeconds)
  }
  media.addEventListener('sourceopen', append)
  const socket = new WebSocket(`${location.origin.replace('http', 'ws')}/${camera}`)
  socket.binaryType = 'arraybuffer'
  socket.onmessage = ({ data }) => {
    waiting.push(new Uint8Array(data as ArrayBuffer))
    append()
  }
}

function keepNear(video: HTMLVideoElement): void {
  const { buffered } = video
  if (buffered.length === 0) return
  const end = buffered.end(buffered.length - 1)
  const gap = end - video.currentTime
  if (gap > jumpFrom || video.currentTime < buffered.start(buffered.length - 1)) video.currentTime = end - 0.1
  video.playbackRate = gap > hurryFrom ? 1.1 : 1
}

/** RFC 6381 name, from the decoder configuration record (ISO/IEC 14496-15) in what has come; null before it has. */
function codecOf(pieces: readonly Uint8Array[]): string | null {
  for (const bytes of pieces) {
    const at = new TextDecoder('latin1').decode(bytes).indexOf('avcC')
    if (at >= 0)
      return `avc1.${[...bytes.subarray(at + 5, at + 8)].map((byte) => byte.toString(16).padStart(2, '0')).join('')}`
  }
  return null
}

/** Settings as the console's own HLS player has them. */
function playHls(video: HTMLVideoElement, camera: string): void {
  const hls = new Hls({
    workerPath: '/hls.worker.js',
    ...{ backBufferLength: 4, maxBufferLength: 12, maxMaxBufferLength: 20, liveSyncDurationCount: 2 },
    ...{ liveMaxLatencyDurationCount: 6, maxLiveSyncPlaybackRate: 1.3, liveDurationInfinity: true },
    manifestLoadPolicy: {
      default: { maxTimeToFirstByteMs: 15_000, maxLoadTimeMs: 20_000, timeoutRetry: null, errorRetry: null },
    },
  })
  hls.loadSource(`/${camera}/index.m3u8`)
  hls.attachMedia(video)
}

const asked = new URLSearchParams(location.search)
const ids = cameraIds(Number(asked.get('tiles')))
const columns = Math.ceil(Math.sqrt(ids.length))
document.documentElement.style.cssText = document.body.style.cssText = 'height: 100%; margin: 0; background: #0d0f12'
const wall = document.createElement('main')
wall.style.cssText = `display: grid; height: 100%; grid: repeat(${columns}, 1fr) / repeat(${columns}, 1fr); gap: 2px`
document.body.append(wall)
for (const id of ids) {
  const video = document.createElement('video')
  Object.assign(video, { muted: true, autoplay: true, playsInline: true })
  video.style.cssText = 'width: 100%; height: 100%; object-fit: contain; min-height: 0; min-width: 0'
  video.dataset.camera = id
  wall.append(video)
  if (asked.get('path') === 'ffmpeg-hls') playHls(video, id)
  else playMovie(video, id)
}
