import { describe, expect, test } from 'vitest'
import { ownerRules, ruleAgainst } from '../../native/cameras/owner-rules.ts'
import { reachableAddress } from '../../native/cameras/reachable-address.ts'
import { chooseProfile, readProfiles } from '../../native/cameras/video-profiles.ts'
import { cameraOwners } from '../../native/contract/vocabulary.ts'

describe('addresses that cameras give of themselves', () => {
  const reached = 'http://10.1.2.3:8000/onvif/device_service'
  test.each([
    ['the same host', 'rtsp://10.1.2.3:554/a?b=1', 'rtsp://10.1.2.3:554/a?b=1'],
    ['another host of the same private network', 'rtsp://10.9.9.9/a', 'rtsp://10.9.9.9/a'],
    ['a public address', 'rtsp://203.0.113.9/a', 'rtsp://203.0.113.9/a'],
    ['a name with a domain', 'rtsp://cam1.video.example/a', 'rtsp://cam1.video.example/a'],
    ['an address behind translation', 'rtsp://192.168.1.64:554/a', 'rtsp://10.1.2.3:554/a'],
    ['loopback', 'rtsp://127.0.0.1:8554/a', 'rtsp://10.1.2.3:8554/a'],
    ['nothing specified', 'rtsp://0.0.0.0/a', 'rtsp://10.1.2.3/a'],
    ['link-local', 'rtsp://169.254.7.7/a', 'rtsp://10.1.2.3/a'],
    ['link-local of IPv6', 'rtsp://[fe80::1]:554/a', 'rtsp://10.1.2.3:554/a'],
    ['its own name', 'rtsp://IPCAMERA:554/a', 'rtsp://10.1.2.3:554/a'],
    ['a name of mDNS', 'rtsp://cam.local/a', 'rtsp://10.1.2.3/a'],
    ['no address', 'live', null],
    ['half an address', 'rtsp://', null],
  ])('%s', (_name, answered, expected) => expect(reachableAddress(answered, reached)).toBe(expected))

  test('of devices reached over IPv6 or on this machine', () => {
    expect(reachableAddress('rtsp://192.168.1.64/a', 'http://[2001:db8::5]/x')).toBe('rtsp://[2001:db8::5]/a')
    expect(reachableAddress('rtsp://192.168.1.64:99/a', 'http://127.0.0.1:8080/x')).toBe('rtsp://127.0.0.1:99/a')
    expect(reachableAddress('rtsp://127.0.0.1:99/a', 'http://127.0.0.1:8080/x')).toBe('rtsp://127.0.0.1:99/a')
  })
})

describe('video profiles', () => {
  const raw = (token: unknown, encoding: string, width: number, height: number, source = 's1') => ({
    $: { token },
    name: 'x',
    videoSourceConfiguration: { sourceToken: source },
    videoEncoderConfiguration: { encoding, resolution: { width, height } },
  })

  test('main is the largest H.264, sub the smallest that is no thumbnail', () => {
    const profiles = readProfiles([
      raw('hevc', 'H265', 3840, 2160),
      raw('sub', 'H264', 640, 360),
      raw('main', 'H264', 1920, 1080),
      raw('thumb', 'H264', 176, 144),
      raw('still', 'JPEG', 4000, 3000),
      raw('other-lens', 'H264', 2560, 1440, 's2'),
    ])
    expect(chooseProfile(profiles, 'main')?.token).toBe('main')
    expect(chooseProfile(profiles, 'sub')?.token).toBe('sub')
  })

  test('a single profile serves for both; without H.264 it is H.265, without both there is none', () => {
    const one = readProfiles([raw('one', 'H264', 176, 144)])
    expect([chooseProfile(one, 'main')?.token, chooseProfile(one, 'sub')?.token]).toEqual(['one', 'one'])
    const both = [raw('hevc', 'H265', 1920, 1080), raw('avc', 'H264', 640, 360)]
    expect(chooseProfile(readProfiles(both), 'main')?.token).toBe('avc')
    expect(chooseProfile(readProfiles(both.slice(0, 1)), 'sub')?.token).toBe('hevc')
    expect(chooseProfile(readProfiles([raw('jpeg', 'JPEG', 640, 360)]), 'sub')).toBeNull()
  })

  test('what cannot be read is left out; a token that looks like a number stays text', () => {
    const strange = [null, 1, {}, raw('', 'H264', 1, 1), raw('a', 'H264', -5, 1), { $: { token: 'audio-only' } }]
    expect(readProfiles([...strange, raw(7, 'H264', 640, 360)]).map(({ token }) => token)).toEqual(['7'])
    expect(readProfiles('Wrong')).toEqual([])
  })
})

describe("the owners' rules", () => {
  test('public security asks for a reason, the others do not', () => {
    const without = cameraOwners.map((owner) => ruleAgainst(owner, { reason: null })?.reason ?? null)
    expect(without).toEqual(['reason-required', null, null, null])
    expect(ruleAgainst('public-security', { reason: '  ' })?.code).toBe('forbidden')
    expect(ruleAgainst('public-security', { reason: '走失老人' })).toBeNull()
    expect(Object.keys(ownerRules)).toEqual(cameraOwners)
  })

  test('only public security asks that its pictures be hidden from a room that nobody minds', () => {
    const asking = cameraOwners.filter((owner) => ownerRules[owner].blanking)
    expect([asking, ownerRules['public-security'].blanking]).toEqual([
      ['public-security'],
      { idleMinutes: 5, needsReason: true },
    ])
  })
})
