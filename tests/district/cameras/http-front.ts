/** One HTTP port for all simulated cameras; decides what a camera's fault does to its answers. */
import { once } from 'node:events'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { type FaultOf, htmlPage } from './faults.ts'

export interface HttpRequest {
  method: string
  /** Parts of the path after the camera's id, decoded. */
  rest: string[]
  query: URLSearchParams
  /** Path and query as sent, which Digest covers. */
  target: string
  authorization: string | undefined
  body: string
}
export interface HttpReply {
  status: number
  headers?: Record<string, string | string[]>
  body: string | Buffer
  /** Sends the head and never the body. */
  hangs?: boolean
}
/** Answers for one kind of path: `/KIND/CAMERA/...`. */
export type HttpService = (cameraId: string, request: HttpRequest) => HttpReply | null

export interface HttpFrontOptions {
  host: string
  port: number
  /** By the first part of the path. */
  services: Record<string, HttpService>
  faultOf: FaultOf
  log: (message: string) => void
}
export interface HttpFront {
  port: number
  close: () => Promise<void>
}

const longestBody = 65_536

export async function openHttpFront(options: HttpFrontOptions): Promise<HttpFront> {
  const server = createServer({ requestTimeout: 10_000, headersTimeout: 10_000 }, (request, response) => {
    serve(request, response, options).catch((problem: unknown) => {
      options.log(`http: ${String(problem)}`)
      response.destroy()
    })
  })
  server.maxConnections = 512
  server.listen(options.port, options.host)
  await once(server, 'listening')
  return {
    port: (server.address() as AddressInfo).port,
    close: async () => {
      server.close()
      server.closeAllConnections()
      await once(server, 'close')
    },
  }
}

async function serve(request: IncomingMessage, response: ServerResponse, options: HttpFrontOptions): Promise<void> {
  const url = new URL(request.url ?? '/', 'http://camera')
  const [, kind = '', cameraId = '', ...rest] = url.pathname.split('/').map(decodeURIComponent)
  const body = await readBody(request)
  const fault = options.faultOf(cameraId)
  if (fault === 'silent') return
  if (fault === 'reboot') return void request.socket.resetAndDestroy()
  const reply = options.services[kind]?.(cameraId, {
    method: request.method ?? 'GET',
    rest,
    query: url.searchParams,
    target: request.url ?? '/',
    authorization: request.headers.authorization,
    body,
  })
  send(response, faulty(fault, reply ?? { status: 404, body: 'not found' }))
}

function faulty(fault: ReturnType<FaultOf>, reply: HttpReply): HttpReply {
  switch (fault) {
    case 'unauthorized':
      return { status: 401, headers: { 'WWW-Authenticate': 'Digest realm="camera", nonce="0", qop="auth"' }, body: '' }
    case 'error-500':
      return { status: 500, body: 'internal error' }
    case 'html':
      return { status: 200, headers: { 'Content-Type': 'text/html; charset=utf-8' }, body: htmlPage }
    case 'half-xml':
      return { ...reply, body: reply.body.slice(0, Math.floor(reply.body.length / 2)) }
    default:
      return reply
  }
}

function send(response: ServerResponse, { status, headers, body, hangs }: HttpReply): void {
  response.writeHead(status, { ...headers, 'Content-Length': Buffer.byteLength(body) })
  if (hangs) response.flushHeaders()
  else response.end(body)
}

async function readBody(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = []
  let length = 0
  for await (const chunk of request as AsyncIterable<Buffer>) {
    length += chunk.length
    if (length > longestBody) throw new Error('request body too long')
    chunks.push(chunk)
  }
  return Buffer.concat(chunks).toString('utf8')
}
