import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { parseSessionDescription, resolveControl } from '../../native/media/sdp.ts'

const camera = [
  'v=0',
  'o=- 1 1 IN IP4 0.0.0.0',
  's=Media Server',
  'a=control:*',
  'm=video 0 RTP/AVP 96 97',
  'a=rtpmap:96 H265/90000',
  'a=rtpmap:97 H264/90000',
  'a=fmtp:97 packetization-mode=1; sprop-parameter-sets=Z2QAFqw=,aO48sA==;profile-level-id=640016',
  'a=control:trackID=0',
  'm=audio 0 RTP/AVP 8',
  'a=control:trackID=1',
].join('\r\n')

describe('session descriptions', () => {
  test('names the video in order of preference, with its parameters', () => {
    const description = parseSessionDescription(camera)
    expect(description?.control).toBe('*')
    expect(description?.videos.map(({ encoding, payloadType }) => [encoding, payloadType])).toEqual([
      ['H265', 96],
      ['H264', 97],
    ])
    const h264 = description?.videos[1]
    expect(h264?.control).toBe('trackID=0')
    expect(h264?.parameters.get('sprop-parameter-sets')).toBe('Z2QAFqw=,aO48sA==')
  })

  test('a web page is none', () => expect(parseSessionDescription('<html><body>Login</body></html>')).toBeNull())

  test('half of one is read as far as it goes', () => {
    const half = parseSessionDescription(camera.slice(0, camera.indexOf('a=fmtp')))
    expect(half?.videos.map(({ encoding, parameters }) => [encoding, parameters.size])).toEqual([
      ['H265', 0],
      ['H264', 0],
    ])
  })

  test('never fails', () => {
    const line = fc.oneof(fc.string(), fc.constantFrom(...camera.split('\r\n')), fc.constant('m=video x'))
    fc.assert(fc.property(fc.array(line), (lines) => void parseSessionDescription(lines.join('\n'))))
  })

  test.each([
    ['rtsp://c/live', 'trackID=0', 'rtsp://c/live/trackID=0'],
    ['rtsp://c/live/', 'trackID=0', 'rtsp://c/live/trackID=0'],
    ['rtsp://c/live/', '/trackID=0', 'rtsp://c/live/trackID=0'],
    ['rtsp://c/live?channel=1&sub=0', 'trackID=0', 'rtsp://c/live?channel=1&sub=0/trackID=0'],
    ['rtsp://c/live', 'rtsp://other/track', 'rtsp://other/track'],
    ['rtsp://c/live', '*', 'rtsp://c/live'],
    ['rtsp://c/live', null, 'rtsp://c/live'],
  ])('control of %s and %s', (base, control, expected) => expect(resolveControl(base, control)).toBe(expected))
})
