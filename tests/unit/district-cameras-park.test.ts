/** The whole camera park with foreign peers: ffmpeg, the two ONVIF libraries, and plain HTTP and UDP. */
import { execFile } from 'node:child_process'
import { createSocket } from 'node:dgram'
import { once } from 'node:events'
import { createRequire } from 'node:module'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { Cam } from 'onvif'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { type Camera, camera as cameraShape } from '../../native/contract/camera.ts'
import { readBarcode } from '../district/cameras/barcode.ts'
import { type CameraPark, openCameraPark } from '../district/cameras/camera-park.ts'
import { faultKinds } from '../district/cameras/faults.ts'
import { loopFrames } from '../district/cameras/loop.ts'

const run = promisify(execFile)
const logged: string[] = []
let park: CameraPark

beforeAll(async () => {
  park = await openCameraPark({
    host: '127.0.0.1',
    seed: 7,
    cacheFolder: fileURLToPath(new URL('../../build/out/camera-clips', import.meta.url)),
    count: { 'public-security': 1, 'land-bureau': 1, 'civil-defense': 2 },
    signal: new AbortController().signal,
    log: (message) => logged.push(message),
    discoveryPort: 0,
    start: 'last-key',
  })
}, 60_000)
afterAll(() => park.close())
afterEach(() => park.cameras.forEach(({ id }) => park.fault(id, null)))

function camera(id: string): Camera {
  return park.cameras.find((one) => one.id === id)!
}

function deviceUrl(id: string): URL {
  const { source } = camera(id)
  if (source.kind !== 'onvif') throw new Error(`${id} is no ONVIF camera`)
  return new URL(source.deviceUrl)
}

/** An address with the camera's credentials in it, as command-line players want it. */
function withCredentials(address: string, { credentials }: Camera): string {
  const { user, password } = credentials!
  return address.replace('://', `://${encodeURIComponent(user)}:${encodeURIComponent(password)}@`)
}

/** Barcodes of the first frames that ffmpeg decodes. */
async function barcodes(input: string[], count: number, width: number, height: number): Promise<(number | null)[]> {
  const output = [
    '-frames:v',
    `${count}`,
    '-fps_mode',
    'passthrough',
    '-vf',
    `scale=${width}:${height}`,
    '-f',
    'rawvideo',
    '-pix_fmt',
    'gray',
    '-',
  ]
  const options = { encoding: 'buffer' as const, maxBuffer: 2 ** 28 }
  const { stdout } = await run('ffmpeg', ['-loglevel', 'error', ...input, '-map', '0:v:0', ...output], options)
  const size = width * height
  return Array.from({ length: stdout.length / size }, (_, at) =>
    readBarcode(stdout.subarray(at * size, (at + 1) * size), width, height),
  )
}

function expectConsecutive(indexes: (number | null)[], count: number): void {
  expect(indexes).toHaveLength(count)
  const [first] = indexes
  expect(indexes).toEqual(indexes.map((_, at) => (first! + at) % loopFrames))
}

function connected(id: string, options: object = {}): Promise<Cam> {
  const { hostname, port, pathname } = deviceUrl(id)
  const { user, password } = camera(id).credentials!
  return new Promise((resolve, reject) => {
    const where = { hostname, port: Number(port), path: pathname, timeout: 3_000 }
    const cam = new Cam({ ...where, username: user, password, ...options }, (problem) =>
      problem ? reject(problem) : resolve(cam),
    )
  })
}

/** Turns one call of the callback library into a promise. */
function call<T>(start: (callback: (problem: Error | null, data?: T) => void) => void): Promise<T> {
  return new Promise((resolve, reject) => start((problem, data) => (problem ? reject(problem) : resolve(data as T))))
}

describe('the list', () => {
  it('fits the contract, and has three owners and all source kinds', () => {
    for (const one of park.cameras) expect(cameraShape.safeParse(one).error).toBeUndefined()
    expect(park.cameras.map(({ owner, source }) => `${owner} ${source.kind}`)).toEqual([
      'public-security rtsp',
      'land-bureau onvif',
      'civil-defense hls',
      'civil-defense onvif',
    ])
    expect(() => park.fault('nobody', 'silent')).toThrow('no such camera')
  })
})

describe('pictures', () => {
  it.concurrent.each([
    ['ps-001', 'main', 1280, 720],
    ['lb-001', 'sub', 640, 360],
  ] as const)('of %s %s are decoded by ffmpeg frame by frame', async (id, profile, width, height) => {
    const address = withCredentials(`rtsp://127.0.0.1:${park.rtspPort}/${id}/${profile}`, camera(id))
    expectConsecutive(await barcodes(['-rtsp_transport', 'tcp', '-i', address], 30, width, height), 30)
  })

  it.concurrent('of an HLS camera too, across segments', async () => {
    const { source } = camera('cd-001')
    if (source.kind !== 'hls') throw new Error('expected HLS')
    const address = withCredentials(source.url, camera('cd-001'))
    // Low resolutions are enough for the barcode, and quick.
    expectConsecutive(await barcodes(['-i', address], 40, 320, 180), 40)
  })
})

describe('an ONVIF camera', () => {
  it('tells profiles, streams and a snapshot to the onvif library by WS-Security', async () => {
    const cam = await connected('lb-001')
    expect(cam.profiles).toHaveLength(2)
    const stream = await call<{ uri: string }>((done) => cam.getStreamUri({ protocol: 'RTSP', profileToken: 'profile-sub' }, done)) // prettier-ignore
    expect(stream.uri).toBe(`rtsp://127.0.0.1:${park.rtspPort}/lb-001/sub`)
    const shot = await call<{ uri: string }>((done) => cam.getSnapshotUri({ profileToken: 'profile-main' }, done))
    expect((await fetch(shot.uri)).status).toBe(401)
    const information = await call<{ serialNumber?: string }>((done) => cam.getDeviceInformation(done))
    expect(information.serialNumber).toBe(`TZ${camera('lb-001').deviceCode}`)
  })

  it('takes HTTP Digest alone, and refuses wrong passwords', async () => {
    const cam = await connected('cd-002', { useWSSecurity: false })
    expect(cam.profiles).toHaveLength(2)
    const wrong = await connected('cd-002', { autoconnect: true, password: 'wrong' }).catch((problem: Error) => problem)
    const asked = call((done) => (wrong as Cam).getDeviceInformation(done))
    await expect(asked).rejects.toThrow('not authorized')
  })

  it('turns, stops and goes to Chinese presets', async () => {
    const cam = await connected('lb-001')
    const presets = await call<Record<string, unknown>>((done) => cam.getPresets({}, done))
    expect(Object.keys(presets)).toContain('村口道路')
    const head = park.head('lb-001')!
    await call((done) => cam.continuousMove({ x: 1, y: 0, zoom: 0.5, timeout: 60_000 }, done))
    expect(head.status()).toMatchObject({ panTilt: true, zoom: true })
    await call((done) => cam.stop({ panTilt: true, zoom: true }, done))
    expect(head.status()).toMatchObject({ panTilt: false, zoom: false })
    await call((done) => cam.gotoPreset({ preset: 'preset-2' }, done))
    expect(head.status().panTilt).toBe(true)
    await call((done) => cam.setPreset({ presetName: '新堆场' }, done))
    expect(head.presets().at(-1)?.name).toBe('新堆场')
    await expect(call((done) => cam.gotoPreset({ preset: 'none' }, done))).rejects.toThrow()
    expect(park.head('cd-002')).toBeNull()
  })

  it('gives node-onvif its first look and a snapshot', async () => {
    interface FirstLook {
      init: () => Promise<{ Model: string }>
      fetchSnapshot: () => Promise<{ body: Buffer }>
    }
    const library = createRequire(import.meta.url)('node-onvif') as { OnvifDevice: new (options: object) => FirstLook }
    const { user, password } = camera('lb-001').credentials!
    const device = new library.OnvifDevice({ xaddr: deviceUrl('lb-001').href, user, pass: password })
    expect((await device.init()).Model).toBe('PTZ-7240')
    expect((await device.fetchSnapshot()).body.subarray(0, 2)).toEqual(Buffer.from([0xff, 0xd8]))
  })

  it('answers what it cannot read or do with SOAP faults', async () => {
    const post = async (body: string): Promise<string> =>
      (await fetch(deviceUrl('lb-001'), { method: 'POST', body })).text()
    expect(await post('<html>')).toContain('WellFormed')
    const nothing =
      '<e:Envelope xmlns:e="http://www.w3.org/2003/05/soap-envelope"><e:Body><GetUsers/></e:Body></e:Envelope>'
    expect(await post(nothing)).toContain('NotAuthorized')
    expect((await fetch(deviceUrl('lb-001'))).status).toBe(405)
  })
})

describe('discovery', () => {
  it('answers a probe for cameras with one message each, and no other', async () => {
    const socket = createSocket('udp4')
    const probe = (types: string): void => {
      const head = '<a:MessageID>uuid:1</a:MessageID>'
      const body = `<d:Probe><d:Types>${types}</d:Types></d:Probe>`
      const spaces = 'xmlns:s="http://www.w3.org/2003/05/soap-envelope" xmlns:a="a" xmlns:d="d"'
      socket.send(`<s:Envelope ${spaces}><s:Header>${head}</s:Header><s:Body>${body}</s:Body></s:Envelope>`, park.discovery!.port, '127.0.0.1') // prettier-ignore
    }
    socket.bind(0, '127.0.0.1')
    await once(socket, 'listening')
    probe('x:Printer')
    socket.send('rubbish', park.discovery!.port, '127.0.0.1')
    probe('dn:NetworkVideoTransmitter')
    const answers = [await once(socket, 'message'), await once(socket, 'message')].map(([message]) => String(message))
    socket.close()
    for (const [at, id] of ['lb-001', 'cd-002'].entries()) {
      expect(answers[at]).toContain(`<d:XAddrs>${deviceUrl(id).href}</d:XAddrs>`)
      expect(answers[at]).toContain('<a:RelatesTo>uuid:1</a:RelatesTo>')
    }
  })
})

describe('a faulty camera', () => {
  /** What its device service says to an open question: status and body, or why there is none. */
  async function asked(limit = 5_000): Promise<string> {
    const body =
      '<e:Envelope xmlns:e="http://www.w3.org/2003/05/soap-envelope"><e:Body><GetServices/></e:Body></e:Envelope>'
    const options = { method: 'POST', body, signal: AbortSignal.timeout(limit) }
    return fetch(deviceUrl('lb-001'), options).then(
      async (reply) => `${reply.status} ${await reply.text()}`,
      (problem: Error) => `${problem.name} ${(problem.cause as { code?: string } | undefined)?.code}`,
    )
  }

  it.each([
    ['unauthorized', /^401 $/],
    ['error-500', /^500 /],
    ['html', /^200 <!DOCTYPE html>/],
    ['half-xml', /^200 <\?xml((?!<\/s:Envelope>)[^])*$/],
    ['reboot', /^TypeError (ECONNRESET|UND_ERR_SOCKET)$/],
    ['play-then-nothing', /GetServicesResponse/],
    ['freeze', /GetServicesResponse/],
  ] as const)('%s is what its device service shows', async (kind, answer) => {
    expect(faultKinds).toContain(kind)
    park.fault('lb-001', kind)
    expect(await asked()).toMatch(answer)
    park.fault('lb-001', null)
    expect(await asked()).toContain('GetServicesResponse')
  })

  it('silent never answers', async () => {
    park.fault('lb-001', 'silent')
    expect(await asked(150)).toMatch(/^TimeoutError/)
  })
})
