/**
 * Fragmented MP4 into a `<video>` by Media Source Extensions: a bounded queue in front, a finite buffer behind, and the playhead near
 * the newest picture. It says when it broke; who feeds it then begins again.
 */
import { edgeStep } from './live-edge.ts'

export interface Fragment {
  data: Uint8Array
  key: boolean
  /** Presentation time in seconds. */
  at: number
}

export interface FragmentBuffer {
  /** What the fragments that follow refer to. False: this browser does not play the codec. */
  begin(codec: string, head: Uint8Array): boolean
  /** Fragments thrown away by this one, itself included. */
  push(fragment: Fragment): number
  /** Fragments are missing: wait for a key frame. */
  gap(): void
  close(): void
}

/** Fragments that may wait to be appended: two groups of pictures at most, and never many bytes. */
const mostWaiting = 150
const mostWaitingBytes = 8_000_000
/** Seconds kept behind the playhead, and how much more makes it worth removing. */
const keptBehind = 4
const slackBehind = 4
/** Seconds between fragments that are no pace but a gap. */
const longestInterval = 2

interface Head {
  type: string
  data: Uint8Array
}

export function openFragmentBuffer(video: HTMLVideoElement, broke: () => void): FragmentBuffer {
  const source = new MediaSource()
  const address = URL.createObjectURL(source)
  const closed = new AbortController()
  const { signal } = closed
  let buffer: SourceBuffer | null = null
  let type = ''
  /** A head goes before all waiting fragments: those of an older one are thrown away with it. */
  let head: Head | null = null
  let waiting: Fragment[] = []
  let waitingBytes = 0
  let awaitsKey = true
  let newestAt = 0
  let interval = 0
  let isFull = false

  function fail() {
    if (signal.aborted) return
    close()
    broke()
  }

  function drop(): number {
    const count = waiting.length
    waiting = []
    waitingBytes = 0
    awaitsKey = true
    return count
  }

  /** The stretch of the buffer that the newest fragment belongs to. */
  function newestStretch(): { start: number; end: number } | null {
    const { buffered } = buffer!
    for (let index = buffered.length - 1; index >= 0; index -= 1) {
      const [start, end] = [buffered.start(index), buffered.end(index)]
      if (newestAt >= start - longestInterval && newestAt <= end + longestInterval) return { start, end }
    }
    return null
  }

  function follow() {
    const stretch = newestStretch()
    if (!stretch) return
    const { currentTime, playbackRate, seeking } = video
    if (seeking && currentTime >= stretch.start && currentTime <= stretch.end) return
    const { seekTo, rate } = edgeStep({ ...stretch, currentTime, interval, rate: playbackRate })
    if (seekTo !== null) video.currentTime = seekTo
    if (rate !== playbackRate) video.playbackRate = rate
  }

  /** Removes what is far behind, or beside the newest stretch; true while it is at it. */
  function trim(): boolean {
    const stretch = newestStretch()
    if (!stretch || !buffer || video.seeking) return false
    const { buffered } = buffer
    const [first, last] = [buffered.start(0), buffered.end(buffered.length - 1)]
    const behind = isFull ? 1 : keptBehind
    const oldest = Math.min(Math.max(stretch.start, video.currentTime - behind), stretch.end)
    const slack = isFull ? 0 : slackBehind
    isFull = false
    if (last > stretch.end) buffer.remove(stretch.end, Infinity)
    else if (first < oldest - slack) buffer.remove(first, oldest)
    return buffer.updating
  }

  function append() {
    if (!buffer || (!head && waiting.length === 0)) return
    if (head) {
      if (head.type !== type) buffer.changeType((type = head.type))
      buffer.appendBuffer(head.data.slice())
      head = null
      return
    }
    const pieces = waiting
    buffer.appendBuffer(joined(pieces.map(({ data }) => data)))
    waiting = []
    waitingBytes = 0
    note(pieces)
  }

  function note(pieces: readonly Fragment[]) {
    for (const { at } of pieces) {
      const passed = at - newestAt
      if (passed > 0 && passed < longestInterval) interval = interval === 0 ? passed : interval * 0.9 + passed * 0.1
      newestAt = at
    }
  }

  function pump() {
    if (!buffer || buffer.updating || source.readyState !== 'open' || signal.aborted) return
    try {
      follow()
      if (!trim()) append()
    } catch (error) {
      if (!(error instanceof DOMException) || error.name !== 'QuotaExceededError') return fail()
      // Full: what waits is given up for what is newer, and more is removed than usual.
      isFull = true
      drop()
    }
  }

  function opened() {
    URL.revokeObjectURL(address)
    if (!head) return
    try {
      type = head.type
      buffer = source.addSourceBuffer(type)
      buffer.addEventListener('updateend', pump, { signal })
      buffer.addEventListener('error', fail, { signal })
      source.duration = Infinity
    } catch {
      return fail()
    }
    pump()
  }

  function start() {
    source.addEventListener('sourceopen', opened, { signal })
    video.addEventListener('error', fail, { signal })
    video.muted = true
    video.src = address
    video.play().catch(() => {}) // Rejects when the element goes away first; muted video needs no gesture.
  }

  function close() {
    if (signal.aborted) return
    closed.abort()
    URL.revokeObjectURL(address)
    drop()
    buffer = null
    video.playbackRate = 1
    if (video.src !== address) return
    video.removeAttribute('src')
    video.load()
  }

  return {
    begin(codec, data) {
      const wanted = `video/mp4; codecs="${codec}"`
      if (!MediaSource.isTypeSupported(wanted)) return false
      drop()
      const isFirst = head === null && type === ''
      head = { type: wanted, data }
      if (isFirst) start()
      else pump()
      return true
    },
    push(fragment) {
      if (signal.aborted || (awaitsKey && !fragment.key)) return 1
      const isOver = waiting.length >= mostWaiting || waitingBytes + fragment.data.byteLength > mostWaitingBytes
      const dropped = isOver ? drop() : 0
      if (isOver && !fragment.key) return dropped + 1
      awaitsKey = false
      waiting.push(fragment)
      waitingBytes += fragment.data.byteLength
      pump()
      return dropped
    },
    gap: () => void (awaitsKey = true),
    close,
  }
}

function joined(pieces: readonly Uint8Array[]): Uint8Array<ArrayBuffer> {
  const all = new Uint8Array(pieces.reduce((sum, { byteLength }) => sum + byteLength, 0))
  let at = 0
  for (const piece of pieces) {
    all.set(piece, at)
    at += piece.byteLength
  }
  return all
}
