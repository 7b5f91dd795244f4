/** One viewer of one profile: stamps shared packets with its own numbers, and drops rather than queues for a slow client. */
import { randomInt } from 'node:crypto'
import type { Socket } from 'node:net'
import type { Clip } from './clips.ts'
import { frameRate, loopFrames, loopIndex } from './loop.ts'
import { senderReport, stamped } from './rtp.ts'

/**
 * Where pictures begin after PLAY; cameras differ.
 * `next-key` (usual) waits for the next key frame, at most one key interval.
 * `last-key` sends everything since the newest key frame at once, so the first picture is immediate and up to a key
 * interval old. `live` begins with whatever comes next, which cannot be decoded before the next key frame.
 */
export type StartPoint = 'next-key' | 'last-key' | 'live'

/** Bytes waiting in a client's socket before pictures are dropped up to the next key frame. */
const mostWaiting = 512 * 1024
const clockRate = 90_000
const reportEvery = 5 * frameRate

export interface Viewer {
  /** What PLAY answers about the first packet: `seq` and `rtptime` (RFC 2326 12.33). */
  first: (frame: number) => { sequence: number; timestamp: number }
  /** From now on `send` sends. */
  play: (frame: number) => void
  /** Sends what is due at this frame number, of another clip from its next key frame on; `silent` keeps reports going without pictures. */
  send: (frame: number, now: number, withPicture: boolean, clip?: Clip) => void
  /** One old key frame, for a camera that is frozen. */
  sendStill: (frame: number) => void
  playing: boolean
  /** Pictures dropped because the client was slow. */
  dropped: number
}

export function createViewer(socket: Socket, firstClip: Clip, channel: number, start: StartPoint): Viewer {
  const source = randomInt(2 ** 32)
  const timestampBase = randomInt(2 ** 32)
  let sequence = randomInt(2 ** 16)
  let waitingForKey = true
  let nextReport = 0
  /** Until frames after this one come, they are those that were sent with PLAY: a late timer catches up. */
  let joinedAt: number | null = null
  let clip = firstClip
  const sent = { packets: 0, bytes: 0 }
  const timestampOf = (frame: number): number => (timestampBase + frame * (clockRate / frameRate)) % 2 ** 32

  const sendUnit = (frame: number): void => {
    const unit = clip.units[loopIndex(frame)]!
    if (unit.key && socket.writableLength < mostWaiting / 8) waitingForKey = false
    if (socket.writableLength > mostWaiting) waitingForKey = true
    if (waitingForKey) {
      if (sent.packets > 0) viewer.dropped++
    } else {
      socket.write(stamped(unit, { channel, sequence, timestamp: timestampOf(frame), source }))
      sent.packets += unit.offsets.length
      sent.bytes += unit.payloadBytes
    }
    // Packets that were dropped leave their gap, so that the client can tell.
    if (sent.packets > 0) sequence = (sequence + unit.offsets.length) & 0xffff
  }

  const viewer: Viewer = {
    playing: false,
    dropped: 0,
    first(frame) {
      const from = start === 'last-key' ? sinceKey(clip, frame)[0]! : frame + 1
      return { sequence, timestamp: timestampOf(from) }
    },
    play(frame) {
      viewer.playing = true
      nextReport = frame
      if (start === 'live') waitingForKey = false
      if (start === 'last-key') joinedAt = frame
      if (start === 'last-key') for (const past of sinceKey(clip, frame)) sendUnit(past)
    },
    send(frame, now, withPicture, wanted = clip) {
      if (joinedAt !== null && frame <= joinedAt && frame > joinedAt - loopFrames) return
      joinedAt = null
      if (frame >= nextReport) {
        nextReport = frame + reportEvery
        socket.write(senderReport(channel + 1, source, now, timestampOf(frame), sent))
      }
      if (wanted.units[loopIndex(frame)]!.key) clip = wanted
      if (withPicture) sendUnit(frame)
      else waitingForKey = true
    },
    sendStill(frame) {
      const [key] = sinceKey(clip, frame)
      if (key !== undefined) sendUnit(key)
    },
  }
  return viewer
}

/** Frame numbers from the newest key frame up to `frame`. */
function sinceKey(clip: Clip, frame: number): number[] {
  let first = frame
  while (first > frame - loopFrames && !clip.units[loopIndex(first)]!.key) first--
  return Array.from({ length: frame - first + 1 }, (_, at) => first + at)
}
