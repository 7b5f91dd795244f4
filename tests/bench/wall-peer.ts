/**
 * What an operator could put together instead, a process of its own: `ffmpeg -c copy` for each stream, as fragmented MP4 over a WebSocket
 * into Media Source Extensions, or as HLS with segments of a second (as near as the camera's key frames allow) for hls.js. Both are
 * started by the tile that wants them and end with it.
 */
import { type ChildProcess, spawn } from 'node:child_process'
import { mkdirSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join, normalize } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { type WebSocket, WebSocketServer } from 'ws'
import { bundled } from './wall-bundle.ts'

const [folder = '', given = '{}'] = process.argv.slice(2)
const addresses = JSON.parse(given) as Record<string, string>
const script = await bundled('wall-peer-page.ts')
const hlsScript = await bundled('../../node_modules/hls.js/dist/hls.worker.js')
const children = new Map<string, ChildProcess>()

/** Nothing is probed that need not be; `-fflags nobuffer` is left out, for it throws the first key frame away. */
const input = ['-probesize', '32', '-analyzeduration', '0', '-fpsprobesize', '0', '-rtsp_transport', 'tcp', '-i']
const quiet = ['-hide_banner', '-loglevel', 'error', '-nostdin']

function start(key: string, camera: string, output: string[]): ChildProcess {
  const address = addresses[camera] ?? ''
  const child = spawn('ffmpeg', [...quiet, ...input, address, '-c', 'copy', ...output], {
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  children.set(key, child)
  child.once('exit', () => children.delete(key))
  return child
}

/** A fragment for each picture. */
const fragmented = ['-movflags', 'empty_moov+default_base_moof+frag_every_frame', '-flush_packets', '1', '-f', 'mp4']

function serveMovie(socket: WebSocket, camera: string): void {
  const child = start(`mse ${camera}`, camera, [...fragmented, 'pipe:1'])
  child.stdout?.on('data', (bytes: Buffer) => socket.send(bytes))
  socket.on('close', () => child.kill('SIGKILL'))
}

function startHls(camera: string): void {
  if (children.has(`hls ${camera}`)) return
  const place = join(folder, camera)
  mkdirSync(place, { recursive: true })
  const list = ['-hls_time', '1', '-hls_list_size', '4', '-hls_segment_type', 'fmp4', '-hls_flags', 'delete_segments']
  start(`hls ${camera}`, camera, ['-f', 'hls', ...list, join(place, 'index.m3u8')])
}

/** A packager that was just started has no list yet. */
async function fileOf(path: string): Promise<Buffer | null> {
  for (let tries = 0; tries < 100; tries += 1) {
    const bytes = await readFile(join(folder, normalize(path))).catch(() => null)
    if (bytes || !path.endsWith('.m3u8')) return bytes
    await sleep(100)
  }
  return null
}

async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
  const { pathname } = new URL(request.url ?? '/', 'http://peer')
  if (pathname === '/')
    return void response
      .setHeader('Content-Type', 'text/html')
      .end('<!doctype html><script src="/page.js" defer></script>')
  if (pathname === '/page.js') return void response.setHeader('Content-Type', 'text/javascript').end(script)
  if (pathname === '/hls.worker.js') return void response.setHeader('Content-Type', 'text/javascript').end(hlsScript)
  const [, camera = ''] = /^\/([^/]+)\/index\.m3u8$/.exec(pathname) ?? []
  if (camera) startHls(camera)
  const bytes = await fileOf(pathname)
  response.writeHead(bytes ? 200 : 404, { 'Cache-Control': 'no-store' }).end(bytes)
}

const server = createServer((request, response) => void answer(request, response))
const wire = new WebSocketServer({ server, perMessageDeflate: false })
wire.on('connection', (socket, request) => serveMovie(socket, request.url?.slice(1) ?? ''))
server.listen(0, '127.0.0.1', () => {
  process.send?.({ address: `http://127.0.0.1:${(server.address() as AddressInfo).port}/` })
})
const stop = () => {
  for (const child of children.values()) child.kill('SIGKILL')
  process.exit()
}
// Whoever started it has gone.
process.on('disconnect', stop)
