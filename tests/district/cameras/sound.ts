/** What simulated cameras hear: a beep at every full second over a soft hum, as G.711 (RFC 3551) or AAC (RFC 3640, AAC-hbr). */
import { execFile } from 'node:child_process'
import { randomInt } from 'node:crypto'
import { mkdir, readFile, rename } from 'node:fs/promises'
import type { Socket } from 'node:net'
import { join } from 'node:path'
import { promisify } from 'node:util'
import type { EncodeOptions } from './encode.ts'
import { frameRate, loopIndex } from './loop.ts'
import { senderReport } from './rtp.ts'

/** `g726` is described and never sent: nobody here decodes it. */
export type SoundKind = 'pcma' | 'aac' | 'g726'

export interface Sound {
  /** Its section of the session description. */
  description: readonly string[]
  payloadType: number
  /** Hz. */
  clockRate: number
  /** What is due with this frame of pictures: an RTP payload, and its ticks since 1970; null: nothing. */
  at: (frame: number) => { payload: Buffer; ticks: number } | null
}

const beepHz = 880
const humHz = 220
const beepSeconds = 0.3

/** Amplitude at a sample, -1 to 1. */
function level(sample: number, rate: number): number {
  const second = sample % rate
  const isBeep = second < beepSeconds * rate
  return Math.sin((2 * Math.PI * (isBeep ? beepHz : humHz) * second) / rate) * (isBeep ? 0.5 : 0.05)
}

/** ITU-T G.711, A-law; `value` -1 to 1. */
export function aLaw(value: number): number {
  const sign = value >= 0 ? 0x80 : 0
  const magnitude = Math.min(4095, Math.floor(Math.abs(value) * 4096))
  const exponent = Math.max(0, Math.floor(Math.log2(Math.max(1, magnitude))) - 4)
  const mantissa = (magnitude >> Math.max(1, exponent)) & 0x0f
  return (sign | (exponent << 4) | mantissa) ^ 0x55
}

/** Sounds of the kinds that are wanted. AAC is made by ffmpeg, once. */
export async function loadSounds(
  kinds: readonly (SoundKind | null)[],
  options: EncodeOptions,
): Promise<Map<SoundKind, Sound>> {
  const sounds = new Map<SoundKind, Sound>()
  for (const kind of kinds) {
    if (kind === null || sounds.has(kind)) continue
    sounds.set(kind, kind === 'aac' ? aac(await encodedFrames(options)) : g711Or726(kind))
  }
  return sounds
}

function g711Or726(kind: 'pcma' | 'g726'): Sound {
  const rate = 8_000
  const samplesBefore = (frame: number) => Math.floor((frame * rate) / frameRate)
  const section = (payloadType: number, map: string) => [
    `m=audio 0 RTP/AVP ${payloadType}`,
    `a=rtpmap:${payloadType} ${map}`,
    'a=control:trackID=1',
  ]
  if (kind === 'g726')
    return { description: section(97, 'G726-32/8000'), payloadType: 97, clockRate: rate, at: () => null }
  return {
    description: section(8, 'PCMA/8000'),
    payloadType: 8,
    clockRate: rate,
    at(frame) {
      const from = samplesBefore(frame)
      const payload = Buffer.alloc(samplesBefore(frame + 1) - from)
      for (let at = 0; at < payload.length; at++) payload[at] = aLaw(level(from + at, rate))
      return { payload, ticks: from }
    },
  }
}

const aacRate = 16_000
const aacSamples = 1024

function aac(frames: readonly Buffer[]): Sound {
  const framesBefore = (frame: number) => Math.floor((frame * aacRate) / frameRate / aacSamples)
  return {
    description: [
      'm=audio 0 RTP/AVP 104',
      `a=rtpmap:104 MPEG4-GENERIC/${aacRate}/1`,
      // AudioSpecificConfig: AAC LC, 16 kHz, one channel.
      'a=fmtp:104 streamtype=5;profile-level-id=1;mode=AAC-hbr;sizelength=13;indexlength=3;indexdeltalength=3;config=1408',
      'a=control:trackID=1',
    ],
    payloadType: 104,
    clockRate: aacRate,
    at(frame) {
      const [from, to] = [framesBefore(frame), framesBefore(frame + 1)]
      const units = Array.from({ length: to - from }, (_, at) => frames[(from + at) % frames.length]!)
      if (units.length === 0) return null
      const head = Buffer.alloc(2 + 2 * units.length)
      head.writeUInt16BE(16 * units.length)
      units.forEach((unit, at) => head.writeUInt16BE(unit.length << 3, 2 + 2 * at))
      return { payload: Buffer.concat([head, ...units]), ticks: from * aacSamples }
    },
  }
}

/** Eight seconds are a whole number of AAC frames and of beeps. */
async function encodedFrames({ cacheFolder, signal }: EncodeOptions): Promise<Buffer[]> {
  const file = join(cacheFolder, 'sound-1.adts')
  const known = await readFile(file).catch(() => null)
  if (known) return adtsFrames(known)
  await mkdir(cacheFolder, { recursive: true })
  const making = `${file}.${process.pid}-${randomInt(2 ** 32)}`
  const tone = `if(lt(mod(t\\,1)\\,${beepSeconds})\\,0.5*sin(2*PI*${beepHz}*t)\\,0.05*sin(2*PI*${humHz}*t))`
  const source = `aevalsrc=${tone}:s=${aacRate}:d=8`
  const output = ['-c:a', 'aac', '-b:a', '32k', '-f', 'adts', making]
  await promisify(execFile)('ffmpeg', ['-v', 'error', '-y', '-f', 'lavfi', '-i', source, ...output], { signal })
  await rename(making, file)
  return adtsFrames(await readFile(file))
}

/** Raw frames of an ADTS stream without checksums (ISO/IEC 14496-3 annex 1.A.2). */
function adtsFrames(stream: Buffer): Buffer[] {
  const frames: Buffer[] = []
  for (let at = 0; at + 7 <= stream.length;) {
    const length = (stream.readUIntBE(at + 3, 3) >> 5) & 0x1fff
    if (length <= 7) throw new Error('the sound of the simulated cameras cannot be read')
    frames.push(Buffer.from(stream.subarray(at + 7, at + length)))
    at += length
  }
  return frames.slice(0, (8 * aacRate) / aacSamples)
}

export interface SoundSender {
  /** Sends what is due with this frame of pictures. `now`: ms since 1970. */
  send: (frame: number, now: number) => void
}

export function createSoundSender(socket: Socket, sound: Sound, channel: number): SoundSender {
  const source = randomInt(2 ** 32)
  const base = randomInt(2 ** 32)
  let sequence = randomInt(2 ** 16)
  const sent = { packets: 0, bytes: 0 }
  return {
    send(frame, now) {
      const due = sound.at(frame)
      if (!due) return
      const timestamp = (base + due.ticks) % 2 ** 32
      if (loopIndex(frame) % (5 * frameRate) === 0 || sent.packets === 0)
        socket.write(senderReport(channel + 1, source, now, timestamp, sent))
      const packet = Buffer.alloc(16)
      packet.writeUInt8(0x24, 0)
      packet.writeUInt8(channel, 1)
      packet.writeUInt16BE(12 + due.payload.length, 2)
      packet.writeUInt8(0x80, 4)
      packet.writeUInt8(0x80 | sound.payloadType, 5)
      packet.writeUInt16BE(sequence, 6)
      packet.writeUInt32BE(timestamp, 8)
      packet.writeUInt32BE(source, 12)
      socket.write(Buffer.concat([packet, due.payload]))
      sequence = (sequence + 1) & 0xffff
      sent.packets += 1
      sent.bytes += due.payload.length
    },
  }
}
