/** Remembers for a while when the stream of each watch played, as the media worker told it, and whose watch it was. */
import type { WatchedCamera } from '../cameras/watches.ts'
import type { WatchState, WatchUse } from '../media/media-server.ts'
import { moved, type Span, union } from './spans.ts'

/** What was told counts for so long, in ms: a stream that plays says so again sooner (`retellMs`), and a worker that died says nothing. */
export const toldCountsMs = 20_000
/** What lies longer ago is asked for no more, in ms. */
const rememberedMs = 120_000

interface Stream {
  of: WatchedCamera
  viewers: number
  before: Span[]
  /** Plays since then, and said so last. */
  now: { since: number; saidAt: number } | null
}

export interface Played {
  state(state: Pick<WatchState, 'watchId' | 'state'>, now: number): void
  /** The last viewer left: its page shows it no more. HLS has no viewers and only falls silent. */
  use(use: WatchUse, now: number): void
  /** Null for a watch that was never heard of, or ended long ago. */
  of(watchId: string, now: number): { watched: WatchedCamera; spans: Span[] } | null
  /** The clock was set back by so many ms. */
  setBack(by: number): void
}

export function createPlayed(cameraOf: (watchId: string) => WatchedCamera | null): Played {
  const streams = new Map<string, Stream>()

  function streamOf(watchId: string): Stream | undefined {
    const known = streams.get(watchId)
    const of = known ? null : cameraOf(watchId)
    if (!of) return known
    const stream: Stream = { of, viewers: 0, before: [], now: null }
    streams.set(watchId, stream)
    return stream
  }
  function stop(stream: Stream, now: number): void {
    stream.before = spansOf(stream, now)
    stream.now = null
  }
  function forgetOld(now: number): void {
    for (const [watchId, stream] of streams) {
      stream.before = stream.before.filter(({ to }) => to > now - rememberedMs)
      if (stream.now && now - stream.now.saidAt > rememberedMs) stop(stream, now)
      if (!stream.now && stream.before.length === 0 && !cameraOf(watchId)) streams.delete(watchId)
    }
  }
  return {
    state({ watchId, state }, now) {
      forgetOld(now)
      const stream = streamOf(watchId)
      if (!stream) return
      if (state !== 'playing') return stop(stream, now)
      if (stream.now && now - stream.now.saidAt > toldCountsMs) stop(stream, now)
      stream.now = { since: stream.now?.since ?? now, saidAt: now }
    },
    use({ watchId, viewers }, now) {
      const stream = viewers > 0 ? streamOf(watchId) : streams.get(watchId)
      if (!stream) return
      if (viewers === 0 && stream.viewers > 0) stop(stream, now)
      stream.viewers = viewers
    },
    of(watchId, now) {
      const stream = streams.get(watchId)
      return stream ? { watched: stream.of, spans: spansOf(stream, now) } : null
    },
    setBack(by) {
      for (const stream of streams.values()) {
        stream.before = moved(stream.before, -by)
        if (stream.now) stream.now = { since: stream.now.since - by, saidAt: stream.now.saidAt - by }
      }
    },
  }
}

function spansOf({ before, now: playing }: Stream, now: number): Span[] {
  if (!playing) return before
  return union([...before, { from: playing.since, to: Math.min(now, playing.saidAt + toldCountsMs) }])
}
