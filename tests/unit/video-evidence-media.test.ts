/** What the gateway knows of pictures for evidence: when they came, and what the camera's own clock says. */
import { expect, onTestFinished, test } from 'vitest'
import { startMediaServer } from '../../native/media/media-server.ts'
import { ReceivedTimes } from '../../native/media/received-times.ts'
import { Reporter } from '../../native/media/rtcp.ts'
import { senderReport } from '../district/cameras/rtp.ts'
import { manualClock } from './media-clock.ts'
import { createSender, sets, slice } from './media-rtp-packets.ts'
import { openScriptedCamera } from './media-scripted-camera.ts'
import { openPage, pageOrigin } from './media-wire-client.ts'
import { eventually, silent } from './support.ts'

const packet = { source: 7, sequence: 1, timestamp: 0 }

test('a sender report tells how far the camera’s clock is from ours, to the millisecond', () => {
  const reporter = new Reporter(90_000, 1)
  reporter.count(packet as Parameters<Reporter['count']>[0], 1_790_000_000_000)
  expect(reporter.senderOffsetMs).toBeNull()
  // The first four bytes say how it lies in the RTSP connection.
  const report = senderReport(1, 7, 1_790_000_061_250, 0, { packets: 1, bytes: 1 }).subarray(4)
  reporter.read(report, 1_790_000_000_000)
  expect(reporter.senderOffsetMs).toBe(61_250)
  const other = senderReport(1, 8, 0, 0, { packets: 1, bytes: 1 }).subarray(4)
  reporter.read(other, 1_790_000_000_000)
  expect(reporter.senderOffsetMs).toBe(61_250)
})

test('times of five minutes are kept, older ones go', () => {
  const times = new ReceivedTimes()
  for (let at = 0; at <= 20 * 60_000; at += 1_000) times.add(at)
  expect(times.between(1_199_000, 1_300_000)).toEqual([1_199_000, 1_200_000])
  expect(times.between(15 * 60_000, 20 * 60_000)).toHaveLength(301)
  expect(times.between(0, 9 * 60_000)).toEqual([])
})

test('where the owner lets nothing be kept, the time of reception is known and the picture is not', async () => {
  const clock = manualClock()
  const server = await startMediaServer({
    ...{ port: 0, token: 'token', allowedOrigins: [pageOrigin], clock, random: () => 0, log: silent },
    onUse: () => undefined,
  })
  onTestFinished(() => server.close())
  const page = await openPage({ origin: `http://127.0.0.1:${server.port}`, token: 'token' })
  const camera = await openScriptedCamera()
  const terms = { owner: 'public-security', mostSessions: null, mayKeep: false }
  server.grant('w1', { kind: 'rtsp', url: camera.url, credentials: null }, terms)
  page.ask({ type: 'open', stream: 1, watchId: 'w1' })
  await eventually(() => camera.requests.some(({ method }) => method === 'PLAY'))
  const sender = createSender([{ together: 1, piece: 0 }])
  const nals = [...sets[0], slice(true, true, new Uint8Array(9).fill(0x90))]
  for (const one of sender.send(nals, 6_000, true)) camera.send(one)
  const at = clock.now()
  const answer = () => server.recent('w1', at - 100, at + 100)
  await eventually(() => page.units.length === 1)
  const found = await answer()
  expect(found).toMatchObject({
    outcome: 'forbidden',
    received: [at],
    format: { codec: expect.stringMatching(/^avc1/) },
  })
  expect(Object.keys(found).toSorted()).toEqual(['cameraOffsetMs', 'format', 'outcome', 'received'])
})
