import { createServer, type RequestListener } from 'node:http'
import type { AddressInfo } from 'node:net'
import fc from 'fast-check'
import { afterAll, afterEach, beforeAll, describe, expect, onTestFinished, test } from 'vitest'
import { openOnvifDevice } from '../../native/cameras/onvif-device.ts'
import { requestKeyFrame } from '../../native/cameras/request-key-frame.ts'
import { resolveSource } from '../../native/cameras/resolve-source.ts'
import { type Clock, systemClock } from '../../native/clock.ts'
import type { Camera } from '../../native/contract/camera.ts'
import { Fault } from '../../native/fault.ts'
import { type CameraPark, openCameraPark } from '../district/cameras/camera-park.ts'
import type { FaultKind } from '../district/cameras/faults.ts'
import { manualClock } from './media-clock.ts'
import { silent } from './support.ts'

let park: CameraPark
const stopping = new AbortController()

beforeAll(async () => {
  park = await openCameraPark({
    host: '127.0.0.1',
    seed: 3,
    cacheFolder: new URL('../../build/out/camera-clips', import.meta.url).pathname,
    count: { 'public-security': 4, 'land-bureau': 4, 'civil-defense': 2 },
    signal: stopping.signal,
    log: () => {},
    discoveryPort: null,
  })
}, 60_000)
afterAll(() => park.close())
afterEach(() => park.cameras.forEach(({ id }) => park.fault(id, null)))

function options(clock: Clock = systemClock, signal: AbortSignal = new AbortController().signal) {
  return { clock, signal, log: silent }
}

const find = (id: string): Camera => park.cameras.find((camera) => camera.id === id) ?? expect.unreachable(id)
const deviceUrl = (camera: Camera) => (camera.source.kind === 'onvif' ? camera.source.deviceUrl : expect.unreachable())

async function faultOf(work: Promise<unknown>): Promise<string> {
  const error = await work.then(
    () => expect.unreachable('it worked'),
    (reason: unknown) => reason,
  )
  expect(error).toBeInstanceOf(Fault)
  const { code, reason, message } = error as Fault
  expect(message).not.toMatch(/password|<|\n/)
  return reason ?? code
}

describe("the district's cameras", () => {
  test('each of the three owners and kinds leads to an address', async () => {
    for (const camera of park.cameras) {
      const main = await resolveSource(camera, 'main', options())
      const sub = await resolveSource(camera, 'sub', options())
      expect(main.kind).toBe(camera.source.kind === 'hls' ? 'hls' : 'rtsp')
      expect(main.credentials).toEqual(camera.credentials)
      if (main.kind === 'rtsp') expect([main.url, sub.url].map((url) => url.split('/').at(-1))).toEqual(['main', 'sub'])
    }
  })

  test('a clock that is off is measured and allowed for', async () => {
    const offsets: number[] = []
    for (const id of ['lb-001', 'lb-002', 'lb-003', 'lb-004']) {
      const camera = find(id)
      const device = await openOnvifDevice({
        ...options(),
        deviceUrl: deviceUrl(camera),
        credentials: camera.credentials,
      })
      onTestFinished(() => device.close())
      expect(await device.profiles()).toHaveLength(2)
      offsets.push(device.clockOffsetMs ?? Number.NaN)
    }
    const exact = [0, -42_000, 7_500, 3_600_000]
    offsets.forEach((offset, index) => expect(Math.abs(offset - exact[index]!)).toBeLessThan(1_500))
  })

  test.each<[FaultKind, string]>([
    ['unauthorized', 'camera-unauthorized'],
    ['error-500', 'camera-answer'],
    ['html', 'camera-answer'],
    ['half-xml', 'camera-answer'],
    ['reboot', 'camera-unreachable'],
  ])('%s is told as %s', async (kind, reason) => {
    park.fault('lb-001', kind)
    expect(await faultOf(resolveSource(find('lb-001'), 'sub', options()))).toBe(reason)
  })

  test('one that answers nothing is given up in time; nobody waiting ends it at once', async () => {
    park.fault('lb-001', 'silent')
    const clock = manualClock()
    const late = faultOf(resolveSource(find('lb-001'), 'sub', options(clock)))
    await clock.advance(5_000)
    expect(await late).toBe('timeout')
    const leaving = new AbortController()
    const left = faultOf(resolveSource(find('lb-001'), 'sub', options(clock, leaving.signal)))
    leaving.abort()
    expect(await left).toBe('cancelled')
  })

  test('a wrong password is told as such', async () => {
    const camera = { ...find('lb-002'), credentials: { user: 'subcenter', password: 'wrong' } }
    expect(await faultOf(resolveSource(camera, 'sub', options()))).toBe('camera-unauthorized')
    // A user name that does not fit into XML as it is goes by HTTP Digest.
    const strange = { ...camera, credentials: { user: 'a<b&c', password: '密码' } }
    expect(await faultOf(resolveSource(strange, 'sub', options()))).toBe('camera-unauthorized')
  })
})

/** A device that answers every request as the test wants; its address. */
async function openDevice(listener: RequestListener): Promise<string> {
  const server = createServer(listener)
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  onTestFinished(() => {
    server.closeAllConnections()
    server.close()
  })
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}/onvif/device_service`
}

const resolveAt = (url: string) =>
  resolveSource({ ...find('lb-001'), source: { kind: 'onvif', deviceUrl: url } }, 'sub', options())

const soap = (body: string) =>
  `<s:Envelope xmlns:s="http://www.w3.org/2003/05/soap-envelope"><s:Body>${body}</s:Body></s:Envelope>`
const profileOf = (encoding: string) =>
  `<Profiles token="p1"><VideoEncoderConfiguration><Encoding>${encoding}</Encoding><Resolution><Width>640</Width><Height>360</Height></Resolution></VideoEncoderConfiguration></Profiles>`

function answers(encoding: string, uri: string): Record<string, string> {
  return {
    GetSystemDateAndTime:
      '<GetSystemDateAndTimeResponse><SystemDateAndTime><UTCDateTime><Time><Hour>1</Hour><Minute>2</Minute><Second>3</Second></Time><Date><Year>2001</Year><Month>1</Month><Day>1</Day></Date></UTCDateTime></SystemDateAndTime></GetSystemDateAndTimeResponse>',
    GetCapabilities:
      '<GetCapabilitiesResponse><Capabilities><Media><XAddr>http://192.168.1.64/onvif/media</XAddr></Media></Capabilities></GetCapabilitiesResponse>',
    GetProfiles: `<GetProfilesResponse>${profileOf('JPEG')}${profileOf(encoding)}</GetProfilesResponse>`,
    GetStreamUri: `<GetStreamUriResponse><MediaUri><Uri>${uri}</Uri></MediaUri></GetStreamUriResponse>`,
  }
}

/** An old device without GetServices; `change` may spoil an answer. */
function oldDevice(
  known: Record<string, string>,
  change: (xml: string, name: string) => string = (xml) => xml,
): RequestListener {
  return (request, response) => {
    let body = ''
    request.setEncoding('utf8').on('data', (text: string) => (body += text))
    request.on('end', () => {
      const name = Object.keys(known).find(
        (operation) => body.includes(`<${operation} `) || body.includes(`<${operation}/`),
      )
      if (!name)
        return void response.writeHead(500).end(soap('<Fault><Reason><Text>no such operation</Text></Reason></Fault>'))
      response.end(change(soap(known[name] ?? ''), name))
    })
  }
}

describe('devices in the field', () => {
  test('an old one without GetServices, which names an address of its own network', async () => {
    const url = await openDevice(
      oldDevice(answers('H264', 'rtsp://admin:secret@192.168.1.64:554/live?channel=1&amp;subtype=1')),
    )
    expect(await resolveAt(url)).toMatchObject({ kind: 'rtsp', url: 'rtsp://127.0.0.1:554/live?channel=1&subtype=1' })
  })

  test.each([
    ['only JPEG', answers('JPEG', 'rtsp://10.0.0.1/'), 'camera-codec'],
    ['a web address for the stream', answers('H264', 'http://10.0.0.1/'), 'camera-answer'],
    ['no address for the stream', answers('H264', ''), 'camera-answer'],
    [
      'no media service',
      { ...answers('H264', ''), GetCapabilities: '<GetCapabilitiesResponse><Capabilities/></GetCapabilitiesResponse>' },
      'camera-answer',
    ],
    ['no profiles', { ...answers('H264', ''), GetProfiles: '<GetProfilesResponse/>' }, 'camera-answer'],
  ])('one that offers %s', async (_name, known, fault) => {
    expect(await faultOf(resolveAt(await openDevice(oldDevice(known))))).toBe(fault)
  })

  test('one that never stops answering', async () => {
    const url = await openDevice((_, response) => {
      const more = () => {
        while (response.write('<x>'.repeat(50_000)));
      }
      response.on('drain', more)
      more()
    })
    expect(await faultOf(resolveAt(url))).toBe('camera-answer')
  })

  test('one that breaks off in the middle of an answer', async () => {
    const url = await openDevice((_, response) => {
      response.writeHead(200, { 'Content-Length': 5_000 }).write('<s:Envelope>', () => response.destroy())
    })
    expect(await faultOf(resolveAt(url))).toBe('camera-answer')
  })

  test('is asked for a key frame of the very profile that is played; other kinds of cameras are not', async () => {
    const asked: string[] = []
    const known = {
      ...answers('H264', 'rtsp://10.0.0.1/'),
      SetSynchronizationPoint: '<SetSynchronizationPointResponse/>',
    }
    const note = (xml: string, name: string) => (asked.push(name), xml)
    const deviceUrl = await openDevice(oldDevice(known, note))
    const camera = { ...find('lb-001'), source: { kind: 'onvif', deviceUrl } } as const
    await requestKeyFrame(camera, 'sub', options())
    expect(asked.at(-1)).toBe('SetSynchronizationPoint')
    const before = asked.length
    await requestKeyFrame(find('ps-001'), 'sub', options())
    expect(asked).toHaveLength(before)
    const unknowing = {
      ...camera,
      source: { kind: 'onvif', deviceUrl: await openDevice(oldDevice(answers('H264', ''))) },
    } as const
    expect(await faultOf(requestKeyFrame(unknowing, 'sub', options()))).toBe('camera-answer')
  })

  test('nobody there', async () => {
    expect(await faultOf(resolveAt('http://127.0.0.1:1/onvif/device_service'))).toBe('camera-unreachable')
  })

  test('whatever is spoilt in an answer, the end is an address or a fault', async () => {
    const known = answers('H264', 'rtsp://10.0.0.1/live')
    let spoil = (xml: string, _name: string) => xml
    const url = await openDevice(oldDevice(known, (xml, name) => spoil(xml, name)))
    const spoilt = fc.record({
      name: fc.constantFrom(...Object.keys(known)),
      from: fc.nat(400),
      length: fc.nat(200),
      instead: fc.oneof(
        fc.constantFrom('', '<', '&', '<a/>', ']]>', '\0', '<!DOCTYPE x [<!ENTITY y "z">]>'),
        fc.string(),
      ),
    })
    await fc.assert(
      fc.asyncProperty(spoilt, async ({ name, from, length, instead }) => {
        spoil = (xml, asked) => (asked === name ? xml.slice(0, from) + instead + xml.slice(from + length) : xml)
        const result = await resolveAt(url).catch((error: unknown) => error)
        if (result instanceof Error) expect(result).toBeInstanceOf(Fault)
        else expect(result).toMatchObject({ kind: 'rtsp' })
      }),
      { numRuns: 60 },
    )
  })
})
