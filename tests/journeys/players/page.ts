/** A page of nothing but players, which counts everything that the browser has to hand back. */
import type { StillPicture, Watch, WatchRequest } from '../../../native/contract/camera.ts'
import { keepWatching } from '../../../renderer/players/keep-watching.ts'
import { createMediaWire } from '../../../renderer/players/media-wire.ts'
import { openMsePlayer } from '../../../renderer/players/mse-player.ts'
import { createPathMemory } from '../../../renderer/players/path-memory.ts'
import type { Player, PlayerPath } from '../../../renderer/players/player.ts'
import { createPathChooser, playbackCapabilities } from '../../../renderer/players/player-choice.ts'
import { openStillPlayer } from '../../../renderer/players/still-player.ts'
import { browserTiming } from '../../../renderer/players/timing.ts'
import { openWebCodecsPlayer } from '../../../renderer/players/webcodecs-player.ts'

export interface PlayersPage {
  /** Opens and closes this many players on one watch; every `waitEvery`-th is kept until its picture is live. */
  turnOver(watchId: string, count: number, waitEvery: number): Promise<{ waited: number; shown: number }>
  /** Watches, plays and gives back this many times, as a tile does; resolves with how many showed pictures. */
  watchOver(cameraId: string, count: number): Promise<number>
  /** Decoders, tracks, media sources, sockets, timers, watches and frame callbacks that are still there. */
  held(): Record<string, number>
}

const held = { decoders: 0, tracks: 0, sources: 0, sockets: 0, frameCallbacks: 0 }
const timers = new Set<unknown>()

/** Counts what is constructed until `end` says it is over. */
function counting(name: string, count: keyof typeof held, end: (object: EventTarget, over: () => void) => void) {
  const Original = Reflect.get(globalThis, name) as new (...given: unknown[]) => EventTarget
  const Counted = new Proxy(Original, {
    construct(target, given, newTarget: typeof Original) {
      const object = Reflect.construct(target, given, newTarget)
      held[count] += 1
      let isOver = false
      end(object, () => {
        if (!isOver) held[count] -= 1
        isOver = true
      })
      return object
    },
  })
  Reflect.set(globalThis, name, Counted)
}

/** Calls `over` after this method of the object. */
function afterCall(object: object, method: string, over: () => void) {
  const original = Reflect.get(object, method) as (...given: unknown[]) => unknown
  Reflect.set(object, method, (...given: unknown[]) => {
    over()
    return original.apply(object, given)
  })
}

counting('VideoDecoder', 'decoders', (decoder, over) => afterCall(decoder, 'close', over))
counting('MediaStreamTrackGenerator', 'tracks', (track, over) => afterCall(track, 'stop', over))
counting('WebSocket', 'sockets', (socket, over) => socket.addEventListener('close', over))
const { createObjectURL, revokeObjectURL } = URL
const addresses = new Set<string>()
URL.createObjectURL = (object: Blob | MediaSource) => {
  const address = createObjectURL.call(URL, object)
  addresses.add(address)
  return address
}
URL.revokeObjectURL = (address) => {
  addresses.delete(address)
  revokeObjectURL.call(URL, address)
}
const { requestVideoFrameCallback, cancelVideoFrameCallback } = HTMLVideoElement.prototype
HTMLVideoElement.prototype.requestVideoFrameCallback = function (callback) {
  held.frameCallbacks += 1
  return requestVideoFrameCallback.call(this, (now, metadata) => {
    held.frameCallbacks -= 1
    callback(now, metadata)
  })
}
HTMLVideoElement.prototype.cancelVideoFrameCallback = function (handle) {
  held.frameCallbacks -= 1
  cancelVideoFrameCallback.call(this, handle)
}
const { setTimeout: set, clearTimeout: clear } = globalThis
Reflect.set(globalThis, 'setTimeout', (work: () => void, ms?: number) => {
  const timer = set(() => {
    timers.delete(timer)
    work()
  }, ms)
  timers.add(timer)
  return timer
})
Reflect.set(globalThis, 'clearTimeout', (timer?: number) => {
  timers.delete(timer)
  clear(timer)
})

async function ask<T>(path: string, body: unknown = null, signal: AbortSignal | null = null): Promise<T> {
  const response = await fetch(path, { method: 'POST', body: JSON.stringify(body), signal })
  if (!response.ok) throw new Error(`${path}: ${response.status}`)
  return (await response.json()) as T
}

const wire = createMediaWire({ access: () => ask('/gateway'), timing: browserTiming, idleMs: 200 })
const take = (watchId: string) => (signal: AbortSignal) => ask<StillPicture>('/still', watchId, signal)
const paths: readonly PlayerPath[] = ['webcodecs', 'mse', 'webcodecs', 'stills']
const videos = Array.from({ length: 16 }, () => {
  const video = document.createElement('video')
  Object.assign(video, { muted: true, width: 160, height: 90 })
  document.body.append(video)
  return video
})

function open(path: PlayerPath, video: HTMLVideoElement, watchId: string): Player {
  if (path === 'webcodecs') return openWebCodecsPlayer({ video }, { watchId, wire, now: browserTiming.now })
  if (path === 'mse') return openMsePlayer({ video }, { watchId, wire })
  return openStillPlayer({ video }, { take: take(watchId), timing: browserTiming })
}

const untilLive = async (read: () => { phase: string }) => {
  const { signal } = new AbortController()
  for (let tries = 0; tries < 200; tries += 1) {
    if (read().phase === 'playing') return true
    await browserTiming.pause(50, signal)
  }
  return false
}

const page: PlayersPage = {
  async turnOver(watchId, count, waitEvery) {
    const result = { waited: 0, shown: 0 }
    for (let turn = 0; turn < count; turn += 1) {
      const video = videos[turn % videos.length]!
      // The turns that wait take the paths in order too.
      const isWaiting = turn % waitEvery === waitEvery - 1
      const path = paths[(isWaiting ? Math.floor(turn / waitEvery) : turn) % paths.length]!
      const player = open(path, video, watchId)
      if (isWaiting) {
        result.waited += 1
        if (await untilLive(() => player.read(Date.now()))) result.shown += 1
        // Some at once, some after the gateway's first words.
      } else if (turn % 8 === 0) await browserTiming.pause(0, new AbortController().signal)
      player.close()
    }
    return result
  },
  async watchOver(cameraId, count) {
    const memory = createPathMemory()
    let shown = 0
    for (let turn = 0; turn < count; turn += 1) {
      const video = videos[turn % videos.length]!
      const watching = keepWatching({
        request: { cameraId, profile: 'sub', reason: null } satisfies WatchRequest,
        // Not cut short: a watch that is granted too late must be given back as well.
        watch: (request) => ask<Watch>('/watch', request),
        unwatch: (watchId) => ask('/unwatch', watchId),
        paths: createPathChooser({
          ...{ key: cameraId, hasStills: true, can: playbackCapabilities(), memory, now: browserTiming.now },
        }),
        play: async ({ watchId }) => open(paths[turn % paths.length]!, video, watchId),
        timing: browserTiming,
      })
      if (turn % 10 === 9 && (await untilLive(() => watching.read()))) shown += 1
      watching.stop()
    }
    return shown
  },
  held: () => ({ ...held, sources: addresses.size, timers: timers.size }),
}
Reflect.set(globalThis, 'players', page)
