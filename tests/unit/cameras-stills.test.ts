import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest'
import { findStills, type StillSource } from '../../native/cameras/still-source.ts'
import { createStillPictures } from '../../native/cameras/still-pictures.ts'
import type { WatchedCamera } from '../../native/cameras/watches.ts'
import { systemClock } from '../../native/clock.ts'
import type { Camera } from '../../native/contract/camera.ts'
import { Fault } from '../../native/fault.ts'
import { type CameraPark, openCameraPark } from '../district/cameras/camera-park.ts'
import { manualClock } from './media-clock.ts'
import { silent } from './support.ts'

let park: CameraPark

beforeAll(async () => {
  park = await openCameraPark({
    host: '127.0.0.1',
    seed: 3,
    cacheFolder: new URL('../../build/out/camera-clips', import.meta.url).pathname,
    count: { 'public-security': 1, 'land-bureau': 1, 'civil-defense': 0 },
    signal: new AbortController().signal,
    log: () => {},
    discoveryPort: null,
  })
}, 60_000)
afterAll(() => park.close())

const { signal } = new AbortController()
const options = { signal, clock: systemClock, log: silent }
const onvifCamera = () => park.cameras.find(({ source }) => source.kind === 'onvif') ?? expect.unreachable()
const faultOf = async (work: Promise<unknown>) => {
  const error = await work.then(
    () => null,
    (reason: unknown) => reason,
  )
  expect(error).toBeInstanceOf(Fault)
  return { code: (error as Fault).code, reason: (error as Fault).reason }
}

/** An old ONVIF device whose still pictures are said to be at this address; counts what is asked there. */
async function openDevice(addressOf: (own: string) => string, picture: () => Buffer) {
  let asked = 0
  const server = createServer((request, response) => {
    if (request.method === 'GET') {
      asked += 1
      return void response.end(picture())
    }
    let body = ''
    request.setEncoding('utf8').on('data', (text: string) => (body += text))
    request.on('end', () => {
      const address = addressOf(`http://127.0.0.1:${(server.address() as AddressInfo).port}`)
      const name = Object.keys(answers).find((known) => body.includes(`<${known} `) || body.includes(`<${known}/`))
      const told = name?.startsWith('GetSnapshot')
        ? `<GetSnapshotUriResponse><MediaUri><Uri>${address}</Uri></MediaUri></GetSnapshotUriResponse>`
        : name && answers[name as keyof typeof answers]
      const fault = '<Fault><Reason><Text>no such operation</Text></Reason></Fault>'
      const open = '<s:Envelope xmlns:s="http://www.w3.org/2003/05/soap-envelope"><s:Body>'
      response.writeHead(told ? 200 : 500).end(`${open}${told || fault}</s:Body></s:Envelope>`)
    })
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  onTestFinished(() => {
    server.closeAllConnections()
    server.close()
  })
  const deviceUrl = `http://127.0.0.1:${(server.address() as AddressInfo).port}/onvif/device_service`
  const camera: Camera = { ...onvifCamera(), credentials: null, source: { kind: 'onvif', deviceUrl } }
  return { camera, asked: () => asked }
}

const shape = '<Resolution><Width>640</Width><Height>360</Height></Resolution>'
const answers = {
  GetSystemDateAndTime:
    '<GetSystemDateAndTimeResponse><SystemDateAndTime><UTCDateTime><Time><Hour>1</Hour><Minute>2</Minute><Second>3</Second></Time><Date><Year>2001</Year><Month>1</Month><Day>1</Day></Date></UTCDateTime></SystemDateAndTime></GetSystemDateAndTimeResponse>',
  GetCapabilities:
    '<GetCapabilitiesResponse><Capabilities><Media><XAddr>http://127.0.0.1/onvif/media</XAddr></Media></Capabilities></GetCapabilitiesResponse>',
  GetProfiles: `<GetProfilesResponse><Profiles token="p1"><VideoEncoderConfiguration><Encoding>H265</Encoding>${shape}</VideoEncoderConfiguration></Profiles></GetProfilesResponse>`,
  GetSnapshotUri: '',
}
const jpeg = Buffer.of(0xff, 0xd8, 0xff, 0xe0, 1, 2, 3, 0xff, 0xd9)

describe('the still picture of a camera', () => {
  test('is fetched with its credentials', async () => {
    const stills = await findStills(onvifCamera(), 'sub', options)
    const picture = await stills.fetch(signal)
    expect([...picture.subarray(0, 3)]).toEqual([0xff, 0xd8, 0xff])
    expect(picture.byteLength).toBeGreaterThan(1000)
  })

  test('is not to be had with a wrong password', async () => {
    const camera = onvifCamera()
    const wrong = { ...camera, credentials: { user: 'admin', password: 'wrong' } }
    expect(await faultOf(findStills(wrong, 'sub', options))).toMatchObject({ reason: 'camera-unauthorized' })
  })

  test('is there for an H.265 camera too, which is where it is needed', async () => {
    const { camera } = await openDevice(
      (own) => `${own}/still.jpg`,
      () => jpeg,
    )
    expect(await (await findStills(camera, 'main', options)).fetch(signal)).toEqual(jpeg)
  })

  test.each(['http://203.0.113.5/still.jpg', 'http://localhost.example.com/still.jpg'])(
    'is never fetched from another host: %s',
    async (address) => {
      const { camera } = await openDevice(
        () => address,
        () => jpeg,
      )
      expect(await faultOf(findStills(camera, 'main', options))).toMatchObject({ code: 'invalid' })
    },
  )

  test.each([
    ['no picture', () => Buffer.from('<html>login</html>')],
    ['half a picture', () => jpeg.subarray(0, 6)],
    ['nothing', () => Buffer.alloc(0)],
    ['far too much', () => Buffer.concat([jpeg.subarray(0, 4), Buffer.alloc(3_100_000), jpeg.subarray(-2)])],
  ])('is refused when it is %s', async (_what, picture) => {
    const { camera } = await openDevice((own) => `${own}/still.jpg`, picture)
    const stills = await findStills(camera, 'main', options)
    expect(await faultOf(stills.fetch(signal))).toEqual({ code: 'offline', reason: 'camera-answer' })
  })

  test('is none where the camera is no ONVIF camera', async () => {
    const rtsp = park.cameras.find(({ source }) => source.kind === 'rtsp') ?? expect.unreachable()
    expect(await faultOf(findStills(rtsp, 'main', options))).toMatchObject({ code: 'invalid' })
  })
})

function deskOf(fetch: StillSource['fetch'] = async () => jpeg) {
  const clock = manualClock()
  const standing = new Set(['w1', 'w2'])
  const asked: number[] = []
  const watched: WatchedCamera = { cameraId: onvifCamera().id, profile: 'sub', operatorId: 'chen', reason: null }
  const stills = createStillPictures({
    clock,
    watches: { use: (watchId) => (standing.has(watchId) ? watched : null) },
    findCamera: (id) => park.cameras.find((camera) => camera.id === id) ?? null,
    find: async () => ({
      fetch(limit) {
        asked.push(clock.now())
        return fetch(limit)
      },
    }),
  })
  return { clock, standing, asked, stills }
}

describe('watching by still pictures', () => {
  test('asks a camera at most once a second, however many look and however often', async () => {
    const { clock, asked, stills } = deskOf()
    const first = clock.now()
    const looking = ['w1', 'w2', 'w1'].map((watchId) => stills.take(watchId))
    await clock.advance(0)
    expect(new Set((await Promise.all(looking)).map(({ askedAt }) => askedAt))).toEqual(new Set([first]))
    for (let turn = 0; turn < 3; turn += 1) {
      const again = stills.take('w1')
      await clock.advance(1000)
      await again
    }
    expect(asked).toEqual([first, first + 1000, first + 2000, first + 3000])
  })

  test('ends with the watch, also while a picture is on its way', async () => {
    const coming = Promise.withResolvers<Buffer>()
    const { clock, standing, stills } = deskOf(() => coming.promise)
    const taken = stills.take('w1')
    await clock.advance(0)
    standing.clear()
    coming.resolve(jpeg)
    expect(await faultOf(taken)).toMatchObject({ code: 'not-found' })
    expect(await faultOf(stills.take('w1'))).toMatchObject({ code: 'not-found' })
  })

  test('lets one leave without taking the picture from another', async () => {
    const coming = Promise.withResolvers<Buffer>()
    const { clock, asked, stills } = deskOf(() => coming.promise)
    const leaving = new AbortController()
    const [one, other] = [stills.take('w1', leaving.signal), stills.take('w2')]
    await clock.advance(0)
    leaving.abort()
    expect(await faultOf(one)).toMatchObject({ code: 'cancelled' })
    coming.resolve(jpeg)
    expect((await other).picture).toBe(jpeg.toString('base64'))
    expect(asked.length).toBe(1)
  })
})
