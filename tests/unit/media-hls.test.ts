import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import fc from 'fast-check'
import { describe, expect, onTestFinished, test } from 'vitest'
import { systemClock } from '../../native/clock.ts'
import { rewritePlaylist } from '../../native/media/hls-playlist.ts'
import { startMediaServer } from '../../native/media/media-server.ts'
import { manualClock } from './media-clock.ts'
import { pageOrigin } from './media-wire-client.ts'
import { eventually, silent } from './support.ts'

const base = new URL('http://camera:8080/live/cam1/index.m3u8?token=s3cret')
const route = (address: URL) =>
  address.origin === base.origin ? `/at${address.pathname}${address.search}` : '/elsewhere'

describe('playlists', () => {
  test('every name in them leads through the gateway', () => {
    const text = [
      '#EXTM3U',
      '#EXT-X-MEDIA:TYPE=AUDIO,GROUP-ID="a",URI="audio/index.m3u8",NAME="x,URI"',
      '#EXT-X-I-FRAME-STREAM-INF:BANDWIDTH=1,URI="http://camera:8080/iframe.m3u8"',
      '#EXT-X-STREAM-INF:BANDWIDTH=500000',
      'sub/index.m3u8?token=s3cret',
      '#EXT-X-KEY:METHOD=AES-128,URI="https://keys.example/k"',
      '#EXT-X-MAP:URI="/init.mp4",BYTERANGE="800@0"',
      '#EXT-X-PART:DURATION=0.3,URI="part1.m4s"',
      '#EXT-X-SESSION-DATA:DATA-ID="x",VALUE="http://camera:8080/not-fetched"',
      '#EXTINF:2.0,http://title.example/',
      'http://camera:8080/seg1.ts',
      '//evil.example/seg2.ts',
      '  ../seg3.ts',
      '#EXT-X-KEY:METHOD=AES-128,URI="data:text/plain;base64,AAAA"',
      'file:///etc/passwd',
      '',
    ]
    expect(rewritePlaylist(text.join('\r\n'), base, route).split('\n')).toEqual([
      '#EXTM3U',
      '#EXT-X-MEDIA:TYPE=AUDIO,GROUP-ID="a",URI="/at/live/cam1/audio/index.m3u8",NAME="x,URI"',
      '#EXT-X-I-FRAME-STREAM-INF:BANDWIDTH=1,URI="/at/iframe.m3u8"',
      '#EXT-X-STREAM-INF:BANDWIDTH=500000',
      '/at/live/cam1/sub/index.m3u8?token=s3cret',
      '#EXT-X-KEY:METHOD=AES-128,URI="/elsewhere"',
      '#EXT-X-MAP:URI="/at/init.mp4",BYTERANGE="800@0"',
      '#EXT-X-PART:DURATION=0.3,URI="/at/live/cam1/part1.m4s"',
      '#EXT-X-SESSION-DATA:DATA-ID="x",VALUE="http://camera:8080/not-fetched"',
      '#EXTINF:2.0,http://title.example/',
      '/at/seg1.ts',
      '/elsewhere',
      '/at/live/seg3.ts',
      '#EXT-X-KEY:METHOD=AES-128,URI="data:text/plain;base64,AAAA"',
      '/elsewhere',
      '',
    ])
  })

  test('whatever they say, only the routes are named', () => {
    const piece = fc.constantFrom(
      'URI="',
      '"',
      'http://evil.example/',
      '//',
      '..',
      '#EXT-X-KEY:',
      '\n',
      'a',
      ' ',
      '\\',
      '%2f',
      '@',
      ':80',
    )
    fc.assert(
      fc.property(fc.array(piece), (pieces) => {
        for (const line of rewritePlaylist(pieces.join(''), base, route).split('\n')) {
          if (line.trim() !== '' && !line.trim().startsWith('#')) expect(line).toMatch(/^\/(at\/|elsewhere$)/)
        }
      }),
    )
  })
})

type Handler = (request: IncomingMessage, response: ServerResponse) => void

/** A gateway with one granted HLS camera, and that camera's server. */
async function setUp(
  handler: Handler,
  credentials: { user: string; password: string } | null = null,
  clock = systemClock,
) {
  const asked: string[] = []
  const upstream = createServer((request, response) => {
    asked.push(request.url ?? '')
    handler(request, response)
  })
  await new Promise<void>((resolve) => upstream.listen(0, '127.0.0.1', resolve))
  const upstreamPort = (upstream.address() as AddressInfo).port
  const server = await startMediaServer({
    port: 0,
    token: 'token',
    allowedOrigins: [pageOrigin],
    clock,
    random: () => 0,
    log: silent,
    onUse: () => {},
  })
  onTestFinished(async () => {
    await server.close()
    upstream.closeAllConnections()
    upstream.close()
  })
  server.grant('w1', { kind: 'hls', url: `http://127.0.0.1:${upstreamPort}/cam1/index.m3u8?t=1`, credentials })
  const get = (path: string, init: RequestInit = {}) =>
    fetch(`http://127.0.0.1:${server.port}${path}`, {
      ...init,
      headers: { Origin: pageOrigin, Authorization: 'Bearer token', ...init.headers },
    })
  return { get, server, asked, upstreamPort }
}

const playlist = '#EXTM3U\n#EXTINF:1,\nseg1.ts?n=1\n'
const camera: Handler = (request, response) => {
  const isPlaylist = request.url?.startsWith('/cam1/index.m3u8')
  response.setHeader('Content-Type', isPlaylist ? 'application/x-mpegurl' : 'video/mp2t')
  response.setHeader('Set-Cookie', 'tracking=1')
  response.end(isPlaylist ? playlist : 'segment')
}

describe('HLS through the gateway', () => {
  test('a playlist and what it names', async () => {
    const { get, asked } = await setUp(camera)
    const first = await get('/hls/w1/index.m3u8')
    expect(first.headers.get('access-control-allow-origin')).toBe(pageOrigin)
    expect(await first.text()).toBe('#EXTM3U\n#EXTINF:1,\n/hls/w1/at/cam1/seg1.ts?n=1\n')
    const segment = await get('/hls/w1/at/cam1/seg1.ts?n=1')
    expect([segment.status, segment.headers.get('content-type'), await segment.text()]).toEqual([
      200,
      'video/mp2t',
      'segment',
    ])
    expect(segment.headers.get('set-cookie')).toBeNull()
    expect(asked).toEqual(['/cam1/index.m3u8?t=1', '/cam1/seg1.ts?n=1'])
  })

  test.each<[string, string, RequestInit, number]>([
    ['without the token', '/hls/w1/index.m3u8', { headers: { Authorization: '' } }, 401],
    ['from another origin', '/hls/w1/index.m3u8', { headers: { Origin: 'http://evil.example' } }, 403],
    ['of another watch', '/hls/w2/index.m3u8', {}, 404],
    ['of another address', '/hls/w1/elsewhere', {}, 403],
    ['by another method', '/hls/w1/index.m3u8', { method: 'POST' }, 405],
    ['beside HLS', '/', {}, 404],
    ['of a path that is none', '/hls/%', {}, 404],
  ])('nothing is fetched %s', async (_name, path, init, status) => {
    const { get, asked } = await setUp(camera)
    expect((await get(path, init)).status).toBe(status)
    expect(asked).toEqual([])
  })

  test.each(['//127.0.0.1:1/x', '/%2f%2f127.0.0.1:1/x', '/@127.0.0.1:1/x', '/..//127.0.0.1:1/', '/\\127.0.0.1:1/'])(
    'the path %s stays on the camera',
    async (path) => {
      const { get, asked } = await setUp(camera)
      const { status } = await get(`/hls/w1/at${path}`)
      expect([200, 403, 404]).toContain(status)
      expect(asked.every((url) => url.startsWith('/'))).toBe(true)
    },
  )

  test('a preflight is answered for the page alone', async () => {
    const { get } = await setUp(camera)
    const asks = { 'Access-Control-Request-Method': 'GET', 'Access-Control-Request-Private-Network': 'true' }
    const allowed = await get('/hls/w1/index.m3u8', { method: 'OPTIONS', headers: { Authorization: '', ...asks } })
    expect(allowed.status).toBe(204)
    expect(allowed.headers.get('access-control-allow-headers')).toContain('Authorization')
    expect(allowed.headers.get('access-control-allow-origin')).toBe(pageOrigin)
    expect(allowed.headers.get('access-control-allow-private-network')).toBe('true')
    const refused = await get('/hls/w1/index.m3u8', { method: 'OPTIONS', headers: { Origin: 'http://evil.example' } })
    expect(refused.headers.get('access-control-allow-origin')).toBeNull()
  })

  test('redirects are followed on the camera, and nowhere else', async () => {
    const stranger: string[] = []
    const { get, server, upstreamPort } = await setUp((request, response) => {
      if (request.url?.startsWith('/cam1/index')) response.writeHead(302, { Location: '/edge/7/live.m3u8' }).end()
      else if (request.url === '/away')
        response.writeHead(302, { Location: `http://localhost:${upstreamPort}/x` }).end()
      else if (request.url === '/round') response.writeHead(302, { Location: '/round' }).end()
      else camera(request, response)
      if (request.url === '/x') stranger.push(request.url)
    })
    expect(server.port).toBeGreaterThan(0)
    const moved = await get('/hls/w1/index.m3u8')
    expect(moved.status).toBe(502)
    expect([(await get('/hls/w1/at/away')).status, (await get('/hls/w1/at/round')).status]).toEqual([502, 502])
    expect(stranger).toEqual([])
  })

  test('names are resolved against where the playlist was found', async () => {
    const { get } = await setUp((request, response) => {
      if (request.url?.startsWith('/cam1/index')) response.writeHead(302, { Location: '/edge/7/live.m3u8' }).end()
      else response.setHeader('Content-Type', 'application/x-mpegurl').end(playlist)
    })
    expect(await (await get('/hls/w1/index.m3u8')).text()).toContain('/hls/w1/at/edge/7/seg1.ts?n=1')
  })

  test('the camera is told who asks; the page is not', async () => {
    const given: (string | undefined)[] = []
    const { get } = await setUp(
      (request, response) => {
        given.push(request.headers.authorization)
        if (request.headers.authorization?.startsWith('Digest username="u"')) return camera(request, response)
        response.writeHead(401, { 'WWW-Authenticate': 'Digest realm="r", nonce="n", qop="auth"' }).end()
      },
      { user: 'u', password: 'p' },
    )
    expect((await get('/hls/w1/index.m3u8')).status).toBe(200)
    expect((await get('/hls/w1/at/cam1/seg1.ts')).status).toBe(200)
    expect(given.map((value) => value?.slice(0, 6))).toEqual([undefined, 'Digest', 'Digest'])
  })

  test.each<[string, Handler, number, string]>([
    ['401', (_, response) => response.writeHead(401).end(), 502, 'unauthorized'],
    ['403', (_, response) => response.writeHead(403).end(), 502, 'unauthorized'],
    ['404', (_, response) => response.writeHead(404).end(), 502, 'refused'],
    ['500', (_, response) => response.writeHead(500).end(), 502, 'refused'],
    [
      'a web page',
      (_, response) => response.setHeader('Content-Type', 'text/html').end('<html></html>'),
      502,
      'refused',
    ],
    ['a playlist without end', (_, response) => response.end(`#EXTM3U\n${'#x\n'.repeat(500_000)}`), 502, 'refused'],
    ['nothing', (request) => request.socket.destroy(), 504, 'unreachable'],
    [
      'half a playlist',
      (_, response) => response.writeHead(200, { 'Content-Length': 900 }).write('#EXTM3U\n', () => response.destroy()),
      502,
      'closed-by-camera',
    ],
  ])('a camera that answers %s', async (_name, handler, status, trouble) => {
    const { get } = await setUp(handler)
    const response = await get('/hls/w1/index.m3u8')
    expect([response.status, response.headers.get('x-stream-trouble')]).toEqual([status, trouble])
  })

  test('what a packager says of gaps, discontinuities and times comes through as it is', async () => {
    const text = [
      '#EXTM3U',
      '#EXT-X-VERSION:8',
      '#EXT-X-MEDIA-SEQUENCE:1000042',
      '#EXT-X-DISCONTINUITY-SEQUENCE:3',
      '#EXT-X-SKIP:SKIPPED-SEGMENTS=2',
      '#EXT-X-PROGRAM-DATE-TIME:2026-11-23T08:00:00.000+08:00',
      '#EXT-X-GAP',
      '#EXTINF:2.0,',
      '/hls/w1/at/cam1/a.ts',
      '#EXT-X-DISCONTINUITY',
      '#EXTINF:2.0,',
      '/hls/w1/at/cam1/b.ts',
      '#EXT-X-ENDLIST',
      '',
    ].join('\n')
    const { get } = await setUp((_, response) => response.end(text.replaceAll('/hls/w1/at/cam1/', '')))
    expect(await (await get('/hls/w1/index.m3u8')).text()).toBe(text)
  })

  test('a playlist that comes late, and segments that are gone, are told apart and asked for anew each time', async () => {
    let isThere = false
    const { get, asked } = await setUp((request, response) => {
      if (request.url?.includes('.ts')) response.writeHead(404).end()
      else if (isThere) camera(request, response)
      else response.writeHead(404).end()
    })
    expect((await get('/hls/w1/index.m3u8')).status).toBe(502)
    isThere = true
    const late = await get('/hls/w1/index.m3u8')
    expect([late.status, late.headers.get('cache-control')]).toEqual([200, 'no-store'])
    expect((await get('/hls/w1/at/cam1/seg1.ts?n=1')).status).toBe(404)
    expect((await get('/hls/w1/index.m3u8')).status).toBe(200)
    expect(asked).toHaveLength(4)
  })

  test('a camera that answers nothing is given up in time', async () => {
    const clock = manualClock()
    const { get, asked } = await setUp(() => {}, null, clock)
    const response = get('/hls/w1/index.m3u8')
    await eventually(() => asked.length === 1)
    await clock.advance(20_000)
    expect((await response).headers.get('x-stream-trouble')).toBe('unreachable')
  })

  test('a page never gets something it could run', async () => {
    const { get } = await setUp((_, response) =>
      response.setHeader('Content-Type', 'text/html').end('<script></script>'),
    )
    const response = await get('/hls/w1/at/seg.ts')
    expect(response.headers.get('content-type')).toBe('application/octet-stream')
    expect(response.headers.get('x-content-type-options')).toBe('nosniff')
  })
})
