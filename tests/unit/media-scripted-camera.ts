/** An RTSP camera that answers as a test wants, for what the district's cameras do not do. */
import { createServer, type AddressInfo, type Socket } from 'node:net'
import { onTestFinished } from 'vitest'
import type { RtpPacket } from '../../native/media/rtp.ts'
import { headerOf, RtspParser, type RtspRequest } from '../../native/media/rtsp-message.ts'
import { sets } from './media-rtp-packets.ts'

/** The text after `RTSP/1.0 `, without CSeq; null: no answer. */
export type Answers = Partial<Record<string, string | null | ((request: RtspRequest) => string | null)>>

export interface ScriptedCamera {
  url: string
  requests: RtspRequest[]
  /** The latest connection. */
  socket(): Socket
  send(packet: RtpPacket): void
  sendRtcp(bytes: Uint8Array): void
  /** What the receiver reported on the RTCP channel. */
  reports: Uint8Array[]
}

const sprop = sets[0].map((set) => Buffer.from(set).toString('base64')).join(',')
export const describe264 = `v=0\r\nm=video 0 RTP/AVP 96\r\na=rtpmap:96 H264/90000\r\na=fmtp:96 sprop-parameter-sets=${sprop}\r\na=control:track1\r\n`

export function withBody(status: string, body: string, headers = ''): string {
  return `${status}\r\n${headers}Content-Length: ${Buffer.byteLength(body)}\r\n\r\n${body}`
}

const usual: Answers = {
  OPTIONS: '200 OK\r\nPublic: OPTIONS, DESCRIBE, SETUP, PLAY, GET_PARAMETER\r\n\r\n',
  DESCRIBE: withBody('200 OK', describe264),
  SETUP: '200 OK\r\nTransport: RTP/AVP/TCP;unicast;interleaved=2-3\r\nSession: 42;timeout=30\r\n\r\n',
  PLAY: '200 OK\r\nSession: 42\r\n\r\n',
  GET_PARAMETER: '200 OK\r\n\r\n',
  TEARDOWN: '200 OK\r\n\r\n',
}

/** Listens on loopback until the test has finished. */
export async function openScriptedCamera(answers: Answers = {}, host = '127.0.0.1'): Promise<ScriptedCamera> {
  const requests: RtspRequest[] = []
  const reports: Uint8Array[] = []
  const sockets: Socket[] = []
  const server = createServer((socket) => {
    sockets.push(socket)
    const parser = new RtspParser()
    socket.on('error', () => {})
    socket.on('data', (chunk) => {
      for (const item of parser.push(chunk)) {
        if (item.kind === 'frame' && item.channel === 3) reports.push(item.payload)
        if (item.kind !== 'request') continue
        requests.push(item)
        const answer = { ...usual, ...answers }[item.method]
        const text = typeof answer === 'function' ? answer(item) : answer
        if (text) socket.write(`RTSP/1.0 ${text.replace('\r\n', `\r\nCSeq: ${headerOf(item, 'cseq')}\r\n`)}`)
      }
    })
  })
  await new Promise<void>((resolve) => server.listen(0, host, resolve))
  onTestFinished(() => {
    for (const socket of sockets) socket.destroy()
    server.close()
  })
  const socket = () => sockets.at(-1) as Socket
  const frame = (channel: number, bytes: Uint8Array) =>
    socket().write(Buffer.concat([Buffer.from([0x24, channel, bytes.length >> 8, bytes.length & 0xff]), bytes]))
  return {
    url: `rtsp://${host.includes(':') ? `[${host}]` : host}:${(server.address() as AddressInfo).port}/live?channel=1`,
    requests,
    reports,
    socket,
    send: (packet) => void frame(2, rtpBytes(packet)),
    sendRtcp: (bytes) => void frame(3, bytes),
  }
}

/** RFC 3550 section 5.1, with an extension and padding that a reader must step over. */
function rtpBytes({ marker, payloadType, sequence, timestamp, source, payload }: RtpPacket): Uint8Array {
  const head = Buffer.alloc(20)
  head[0] = 0xb0
  head[1] = (marker ? 0x80 : 0) | payloadType
  head.writeUInt16BE(sequence, 2)
  head.writeUInt32BE(timestamp, 4)
  head.writeUInt32BE(source, 8)
  head.writeUInt16BE(1, 14)
  return Buffer.concat([head, payload, Buffer.from([0, 0, 3])])
}
