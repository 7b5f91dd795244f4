/** HTTP and WebSocket on 127.0.0.1: the page, the entry, and the contract for those who were let in. */
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { Duplex } from 'node:stream'
import { RPCHandler } from '@orpc/server/ws'
import type { Logger } from 'pino'
import { WebSocketServer } from 'ws'
import { contentSecurityPolicy } from '../contract/content-security-policy.ts'
import { StartFailure } from '../start-failure.ts'
import type { Workstation } from '../workstation.ts'
import { createEntry, type Entry } from './entry.ts'
import { readStaticFiles, type StaticFile } from './static-files.ts'

export interface KioskOptions {
  /** 0: any free port. */
  port: number
  rendererFolder: string
  /** Other origins that may speak the contract, e.g. the shell's. */
  allowedOrigins: readonly string[]
  log: Logger
  /** Called with a new address whenever the last one has been used up. */
  onAddress(address: string): void
}

export interface Kiosk {
  origin: string
  /** From here on the contract is answered; until then callers wait. */
  serve(workstation: Workstation): void
  /** The workstation is about to close: pages lose their connection, and wait for the next one. */
  suspend(): void
  close(): Promise<void>
}

const maxRequestBytes = 4_096
/** A command is small; what is larger is not one of ours. */
const maxMessageBytes = 1_000_000
/** Close code for a page without a valid cookie (private range of RFC 6455 section 7.4.2). */
const notAdmitted = 4401

/** Listens before the workstation is open, because the workstation must know who may speak to its media gateway. */
export async function startKiosk(options: KioskOptions): Promise<Kiosk> {
  const { log } = options
  const files = readStaticFiles(options.rendererFolder)
  if (!files) {
    throw new StartFailure(
      'configuration',
      '界面尚未构建,请先运行 npm run build',
      'the renderer is not built: npm run build',
    )
  }
  const http = createServer({ requestTimeout: 10_000, headersTimeout: 5_000 })
  const port = await listen(http, options.port)
  const origin = `http://127.0.0.1:${port}`
  const entry = createEntry(port)
  const hosts = new Set([`127.0.0.1:${port}`, `localhost:${port}`])
  const origins = new Set([origin, `http://localhost:${port}`, ...options.allowedOrigins])
  let workstation = Promise.withResolvers<Workstation>()
  const announce = () => options.onAddress(`${origin}/#/enter/${entry.ticket()}`)

  http.on('request', (request, response) => {
    answer(request, response).catch((error: unknown) => {
      log.error({ error: String(error) }, 'a request failed')
      if (!response.headersSent) response.writeHead(500)
      response.end()
    })
  })

  async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const path = new URL(request.url ?? '/', origin).pathname
    if (!hosts.has(request.headers.host ?? '')) return refuse(response, 421)
    if (path === '/enter' && request.method === 'POST') return await enter(request, response)
    if (request.method !== 'GET' && request.method !== 'HEAD') return refuse(response, 405)
    if (path === '/host.json') {
      if (!entry.isAdmitted(request.headers.cookie)) return refuse(response, 401)
      const { mediaOrigin } = await workstation.promise
      response.writeHead(200, { 'content-type': 'application/json', 'cache-control': 'no-store' })
      response.end(JSON.stringify({ mediaOrigin }))
      return
    }
    const file = files?.get(path)
    if (!file) return refuse(response, 404)
    const { mediaOrigin } = await workstation.promise
    sendFile(response, file, mediaOrigin)
  }

  async function enter(request: IncomingMessage, response: ServerResponse): Promise<void> {
    if (!origins.has(request.headers.origin ?? '')) return refuse(response, 403)
    const token = entry.redeem(await readTicket(request))
    if (token === null) return refuse(response, 401)
    response.writeHead(204, { 'set-cookie': `${entry.cookieName}=${token}; HttpOnly; SameSite=Strict; Path=/` })
    response.end()
    announce()
  }

  const sockets = new WebSocketServer({ noServer: true, maxPayload: maxMessageBytes })
  http.on('upgrade', (request: IncomingMessage, socket: Duplex, head: Buffer) => {
    const isOurs =
      new URL(request.url ?? '/', origin).pathname === '/rpc' &&
      hosts.has(request.headers.host ?? '') &&
      origins.has(request.headers.origin ?? '')
    if (!isOurs) return void socket.end('HTTP/1.1 403 Forbidden\r\nConnection: close\r\n\r\n')
    sockets.handleUpgrade(request, socket, head, (webSocket) => {
      webSocket.on('error', (error) => log.warn({ error: error.message }, 'a page sent what is not a message'))
      if (!isAdmitted(entry, request)) return webSocket.close(notAdmitted, 'not admitted')
      // What the page says before anybody listens would be lost.
      webSocket.pause()
      void workstation.promise.then(({ router }) => {
        new RPCHandler(router).upgrade(webSocket)
        webSocket.resume()
      })
    })
  })

  announce()
  return {
    origin,
    serve: (opened) => workstation.resolve(opened),
    suspend() {
      workstation = Promise.withResolvers()
      for (const socket of sockets.clients) socket.terminate()
    },
    async close() {
      for (const socket of sockets.clients) socket.terminate()
      http.closeAllConnections()
      await new Promise((resolve) => http.close(resolve))
    },
  }
}

const isAdmitted = (entry: Entry, request: IncomingMessage) => entry.isAdmitted(request.headers.cookie)

async function listen(http: Server, port: number): Promise<number> {
  await new Promise<void>((resolve, reject) => {
    http.once('error', reject)
    http.listen(port, '127.0.0.1', resolve)
  }).catch((error: NodeJS.ErrnoException) => {
    throw new StartFailure(
      'configuration',
      `端口 ${port} 已被占用 (${error.code}),可用 --port 另选一个`,
      `cannot listen on 127.0.0.1:${port}: ${error.code}; choose another with --port`,
    )
  })
  return (http.address() as AddressInfo).port
}

function refuse(response: ServerResponse, status: number): void {
  response.writeHead(status, { 'content-length': 0 })
  response.end()
}

function sendFile(response: ServerResponse, file: StaticFile, mediaOrigin: string): void {
  response.writeHead(200, {
    'content-type': file.type,
    'content-length': file.body.byteLength,
    'content-security-policy': contentSecurityPolicy(["'self'", mediaOrigin, mediaOrigin.replace(/^http/, 'ws')]),
    'x-content-type-options': 'nosniff',
    'referrer-policy': 'no-referrer',
    'cross-origin-opener-policy': 'same-origin',
    'cache-control': file.isImmutable ? 'public, max-age=31536000, immutable' : 'no-cache',
  })
  response.end(file.body)
}

async function readTicket(request: IncomingMessage): Promise<unknown> {
  let text = ''
  for await (const part of request) {
    text += String(part)
    if (text.length > maxRequestBytes) return null
  }
  try {
    return (JSON.parse(text) as { ticket?: unknown } | null)?.ticket
  } catch {
    return null
  }
}
