/** Sound beside the pictures: what is chosen, how it is taken from packets, who may hear it, and that it never harms a picture. */
import fc from 'fast-check'
import { describe, expect, onTestFinished, test } from 'vitest'
import { systemClock } from '../../native/clock.ts'
import { decodeAccessUnit, encodeAccessUnit, type SoundOffer } from '../../native/contract/media-wire.ts'
import { aacReader, readAudioConfig } from '../../native/media/aac-payload.ts'
import { startMediaServer } from '../../native/media/media-server.ts'
import type { RtpPacket } from '../../native/media/rtp.ts'
import { parseSessionDescription } from '../../native/media/sdp.ts'
import { SharedSound, playBeside } from '../../native/media/shared-sound.ts'
import { chooseSound } from '../../native/media/sound.ts'
import { SoundDepacketiser } from '../../native/media/sound-depacketiser.ts'
import type { WatchTerms } from '../../native/media/watch-terms.ts'
import { createSender, hex, sets, slice } from './media-rtp-packets.ts'
import { describe264, openScriptedCamera, withBody } from './media-scripted-camera.ts'
import { openPage, pageOrigin } from './media-wire-client.ts'
import { eventually, silent } from './support.ts'

const hbr = 'mode=AAC-hbr;sizelength=13;indexlength=3;indexdeltalength=3'
const audiosOf = (...lines: string[]) => parseSessionDescription(['v=0', ...lines].join('\r\n'))?.audios ?? []
const offerOf = (...lines: string[]): SoundOffer => {
  const choice = chooseSound(audiosOf(...lines, 'a=control:track2'))
  return choice.playable?.offer ?? (choice as { offer: SoundOffer }).offer
}

describe('the sound of a camera', () => {
  test.each<[string[], SoundOffer]>([
    [['m=audio 0 RTP/AVP 8'], { state: 'playable', codec: 'alaw', sampleRate: 8000, channels: 1 }],
    [['m=audio 0 RTP/AVP 0'], { state: 'playable', codec: 'ulaw', sampleRate: 8000, channels: 1 }],
    [
      ['m=audio 0 RTP/AVP 98', 'a=rtpmap:98 pcma/16000/2'],
      { state: 'playable', codec: 'alaw', sampleRate: 16_000, channels: 2 },
    ],
    [
      ['m=audio 0 RTP/AVP 104', 'a=rtpmap:104 mpeg4-generic/16000/1', `a=fmtp:104 ${hbr};config=1408`],
      { state: 'playable', codec: 'mp4a.40.2', sampleRate: 16_000, channels: 1, description: 'FAg=' },
    ],
    [['m=audio 0 RTP/AVP 97', 'a=rtpmap:97 G726-32/8000'], { state: 'unsupported', encoding: 'G726-32' }],
    // Configured by something that is not played, or laid out in a way that is not read.
    [
      ['m=audio 0 RTP/AVP 104', 'a=rtpmap:104 MPEG4-GENERIC/16000', `a=fmtp:104 ${hbr};config=zz`],
      { state: 'unsupported', encoding: 'MPEG4-GENERIC' },
    ],
    [
      ['m=audio 0 RTP/AVP 104', 'a=rtpmap:104 MPEG4-GENERIC/16000', `a=fmtp:104 ${hbr};CTSDeltaLength=8;config=1408`],
      { state: 'unsupported', encoding: 'MPEG4-GENERIC' },
    ],
    [
      ['m=audio 0 RTP/AVP 97 8', 'a=rtpmap:97 G726-32/8000'],
      { state: 'playable', codec: 'alaw', sampleRate: 8000, channels: 1 },
    ],
    [['m=video 0 RTP/AVP 96'], { state: 'none' }],
  ])('%s', (lines, offer) => {
    expect(offerOf(...lines)).toEqual(offer)
  })

  test('that cannot be told apart from the pictures is not set up', () => {
    expect(chooseSound(audiosOf('m=audio 0 RTP/AVP 8')).playable).toBeNull()
    expect(chooseSound(audiosOf('m=audio 0 RTP/AVP 8', 'a=control:*')).playable).toBeNull()
  })

  test('AAC: sampling rate, channels and length of a frame are read from its configuration', () => {
    expect(readAudioConfig('1210')).toMatchObject({ codec: 'mp4a.40.2', sampleRate: 44_100, channels: 2 })
    expect(readAudioConfig('140c')).toMatchObject({ sampleRate: 16_000, frameSamples: 960 })
    // AAC Main, no such rate, no channels, half a byte.
    for (const config of ['0c08', '1788', '1400', '140', '']) expect(readAudioConfig(config)).toBeNull()
  })
})

const packet = (sequence: number, timestamp: number, payload: Uint8Array, marker = true): RtpPacket => ({
  ...{ marker, payloadType: 104, sequence: sequence & 0xffff, timestamp: timestamp >>> 0, source: 1, payload },
})

/** AAC-hbr: several small frames in a packet, or one large in pieces. */
function aacPackets(frames: readonly Uint8Array[], perPacket: number, most: number): RtpPacket[] {
  const packets: RtpPacket[] = []
  const first = 65_500
  for (let at = 0; at < frames.length; at += perPacket) {
    const group = frames.slice(at, at + perPacket)
    const sizes = Buffer.alloc(2 * group.length)
    group.forEach((frame, index) => sizes.writeUInt16BE(frame.length << 3, 2 * index))
    const head = Buffer.concat([Uint8Array.of((16 * group.length) >> 8, (16 * group.length) & 0xff), sizes])
    const body = Buffer.concat(group)
    const step = group.length > 1 ? body.length : most
    for (let from = 0; from < body.length; from += step) {
      const payload = Buffer.concat([head, body.subarray(from, from + step)])
      packets.push(packet(first + packets.length, at * 1024, payload, from + step >= body.length))
    }
  }
  return packets
}

const openAac = () => {
  const reader = aacReader(
    audiosOf('m=audio 0 RTP/AVP 104', 'a=rtpmap:104 X/16000', `a=fmtp:104 ${hbr}`)[0]!.parameters,
    1024,
  )
  return new SoundDepacketiser(reader!(), 16_000, () => 1024)
}
const openG711 = () =>
  new SoundDepacketiser({ read: (data) => [{ ticks: 0, data }], lose: () => {} }, 8000, (data) => data.byteLength)

const frame = fc.uint8Array({ minLength: 1, maxLength: 300 })
/** Each frame is told apart by its number in front. */
const frames = fc
  .array(frame, { minLength: 1, maxLength: 40 })
  .map((all) => all.map((bytes, index) => Uint8Array.of(index, ...bytes)))
const text = (bytes: Uint8Array) => Buffer.from(bytes).toString('hex')

describe('taking sound from packets', () => {
  test('AAC comes out as it went in, whole, in packets of several and in pieces', () => {
    fc.assert(
      fc.property(frames, fc.integer({ min: 1, max: 5 }), fc.integer({ min: 1, max: 100 }), (sent, perPacket, most) => {
        const taken = openAac()
        const heard = aacPackets(sent, perPacket, most).flatMap((one) => taken.push(one))
        expect(heard.map(({ data }) => text(data))).toEqual(sent.map(text))
        expect(heard.map(({ timestamp }) => timestamp)).toEqual(sent.map((_, index) => index * 64_000))
        // The last of a packet has just ended; those before it have ended earlier.
        expect(heard.at(-1)?.beforeLastMs).toBe(0)
        expect(heard.every(({ beforeLastMs }) => beforeLastMs % 64 === 0 && beforeLastMs < perPacket * 64)).toBe(true)
      }),
    )
  })

  test.each(['AAC', 'G.711'])('%s: what is lost or late is a gap; the rest is whole and in order', (kind) => {
    const fate = fc.constantFrom('comes', 'comes', 'comes', 'lost', 'late', 'twice')
    fc.assert(
      fc.property(frames, fc.array(fate, { minLength: 120, maxLength: 120 }), (sent, fates) => {
        const packets =
          kind === 'AAC' ? aacPackets(sent, 1, 150) : sent.map((data, at) => packet(65_500 + at, at * 160, data))
        const onTheWay: RtpPacket[] = []
        for (const [at, one] of packets.entries()) {
          const what = fates[at % fates.length]
          if (what === 'lost') continue
          // Overtaken by the next.
          if (what === 'late') onTheWay.splice(Math.max(0, onTheWay.length - 1), 0, one)
          else onTheWay.push(...(what === 'twice' ? [one, one] : [one]))
        }
        const taken = kind === 'AAC' ? openAac() : openG711()
        const heard = onTheWay.flatMap((one) => taken.push(one)).map(({ data }) => text(data))
        const order = heard.map((one) => sent.map(text).indexOf(one))
        expect(order).not.toContain(-1)
        expect(order).toEqual([...new Set(order)].sort((a, b) => a - b))
      }),
    )
  })

  test('nothing that a camera may send makes it fail', () => {
    fc.assert(
      fc.property(
        fc.array(fc.tuple(fc.uint8Array({ maxLength: 40 }), fc.boolean(), fc.nat(70_000)), { maxLength: 20 }),
        (all) => {
          const taken = openAac()
          for (const [payload, marker, sequence] of all) taken.push(packet(sequence, sequence, payload, marker))
        },
      ),
    )
  })
})

test('sound is told from pictures on the wire', () => {
  const unit = { stream: 7, key: true, timestamp: 5, receivedAt: 6, data: Uint8Array.of(1, 2) }
  expect(decodeAccessUnit(encodeAccessUnit({ ...unit, sound: { aheadMs: 300 } }))).toEqual({
    ...unit,
    sound: { aheadMs: 300 },
  })
  expect(decodeAccessUnit(encodeAccessUnit(unit))).toEqual(unit)
})

const withSound = `${describe264}m=audio 0 RTP/AVP 8\r\na=control:track2\r\n`
const transport = (channels: string) =>
  `200 OK\r\nTransport: RTP/AVP/TCP;unicast;interleaved=${channels}\r\nSession: 42\r\n\r\n`

async function setUp(ofSound: string | null = transport('6-7'), terms: Partial<WatchTerms> = {}) {
  const server = await startMediaServer({
    ...{ port: 0, token: 'token', allowedOrigins: [pageOrigin], clock: systemClock, random: () => 0, log: silent },
    onUse: () => {},
  })
  onTestFinished(() => server.close())
  const camera = await openScriptedCamera({
    DESCRIBE: withBody('200 OK', withSound),
    SETUP: ({ uri }) => (uri.endsWith('track2') ? ofSound : transport('2-3')),
  })
  const source = { kind: 'rtsp', url: camera.url, credentials: null } as const
  const owner = { owner: 'land-bureau', mostSessions: 1, mayKeep: true, sound: 'beside' as const, ...terms }
  server.grant('pictures', source, owner)
  const page = await openPage({ origin: `http://127.0.0.1:${server.port}`, token: 'token' })
  page.ask({ type: 'open', stream: 1, watchId: 'pictures' })
  await eventually(() => camera.requests.some(({ method }) => method === 'PLAY'))
  const sender = createSender([{ together: 1, piece: 0 }])
  const picture = () => {
    const nals = [...sets[0], slice(true, true, hex('8811223344'))]
    for (const one of sender.send(nals, 90_000, true)) camera.send(one)
  }
  const hear = (bytes: string, channel = 6) => {
    const head = Buffer.from(`2400${'0000'}80080001000000a000000009${bytes}`, 'hex')
    head[1] = channel
    head.writeUInt16BE(head.length - 4, 2)
    camera.socket().write(head)
  }
  const listen = () => {
    server.grant('sound', source, { ...owner, sound: 'listen' })
    page.ask({ type: 'open', stream: 2, watchId: 'sound', as: 'sound' })
  }
  const setUps = () => camera.requests.filter(({ method }) => method === 'SETUP').map(({ uri }) => uri.slice(-6))
  return { server, camera, page, picture, hear, listen, setUps }
}

describe('listening', () => {
  test('whoever asked hears it by the session that carries the pictures, and nobody else does', async () => {
    const { camera, page, picture, hear, listen, setUps } = await setUp()
    listen()
    const offer = { state: 'playable', codec: 'alaw', sampleRate: 8000, channels: 1 }
    await eventually(() => page.notices.some((notice) => notice.type === 'sound'))
    expect(page.notices).toContainEqual({ type: 'sound', stream: 2, offer })
    hear('d5d5d5')
    picture()
    await eventually(() => page.units.length === 2)
    const of = (stream: number) => page.units.filter((unit) => unit.stream === stream)
    expect(of(1).map(({ sound }) => sound)).toEqual([undefined])
    expect(of(2).map(({ data, sound }) => [text(data), sound])).toEqual([['d5d5d5', { aheadMs: 0 }]])
    expect(setUps()).toEqual(['track1', 'track2'])
    expect(camera.requests.filter(({ method }) => method === 'PLAY')).toHaveLength(1)
    page.ask({ type: 'close', stream: 2 })
    hear('d4')
    picture()
    await eventually(() => of(1).length === 2)
    expect(of(2)).toHaveLength(1)
  })

  test('a watch that was not granted to listen hears nothing', async () => {
    const { page } = await setUp()
    page.ask({ type: 'open', stream: 3, watchId: 'pictures', as: 'sound' })
    await eventually(() => page.states(3).length > 0)
    expect(page.states(3)).toEqual(['failed: unknown-watch'])
  })

  test.each<[string, string | null]>([
    ['refuses its sound', '500 Internal Server Error\r\n\r\n'],
    ['sends us elsewhere for its sound', '302 Moved\r\nLocation: rtsp://elsewhere/\r\n\r\n'],
    ['sends sound on the channel of the pictures', transport('2-3')],
  ])('a camera that %s shows its pictures', async (_, answer) => {
    const { page, picture, listen } = await setUp(answer)
    picture()
    listen()
    await eventually(() => page.units.length === 1 && page.notices.some((notice) => notice.type === 'sound'))
    expect(page.notices).toContainEqual({ type: 'sound', stream: 2, offer: { state: 'refused' } })
    expect(page.states(1).at(-1)).toBe('playing')
  })

  test('garbage as sound does no harm to the pictures', async () => {
    const { camera, page, picture, hear, listen } = await setUp()
    listen()
    hear('')
    camera.socket().write(Buffer.from('24060003ffffff2407000180240600020000', 'hex'))
    picture()
    await eventually(() => page.units.length === 1)
    expect(page.units[0]?.sound).toBeUndefined()
  })

  test('where the owner forbids it, the camera is never asked', async () => {
    const server = await startMediaServer({
      ...{ port: 0, token: 'token', allowedOrigins: [pageOrigin], clock: systemClock, random: () => 0, log: silent },
      onUse: () => {},
    })
    onTestFinished(() => server.close())
    const camera = await openScriptedCamera({ DESCRIBE: withBody('200 OK', withSound) })
    const terms = { owner: 'public-security', mostSessions: null, mayKeep: false }
    server.grant('pictures', { kind: 'rtsp', url: camera.url, credentials: null }, terms)
    const page = await openPage({ origin: `http://127.0.0.1:${server.port}`, token: 'token' })
    page.ask({ type: 'open', stream: 1, watchId: 'pictures' })
    await eventually(() => camera.requests.some(({ method }) => method === 'PLAY'))
    expect(camera.requests.filter(({ method }) => method === 'SETUP')).toHaveLength(1)
  })
})

test('a camera that falls over when it is asked for its sound is asked for its pictures alone', async () => {
  const sound = new SharedSound()
  const offers: string[] = []
  sound.attach({ offered: ({ state }) => offers.push(state), heard: () => {} })
  const asked: boolean[] = []
  const play = playBeside(sound, (options) => {
    asked.push(options.sound !== undefined)
    options.sound?.offered({ state: 'playable', codec: 'alaw', sampleRate: 8000, channels: 1 })
    return Promise.reject(new Error('gone'))
  })
  const told = { signal: new AbortController().signal, onUnit: () => {}, onRestart: () => {}, onKeyWanted: () => {} }
  for (let round = 0; round < 3; round += 1) await play(told).catch(() => {})
  // It was not the sound either: both ways are tried in turn.
  expect(asked).toEqual([true, false, true])
  expect(offers).toEqual(['playable', 'refused', 'playable'])
})
