/** Cross-origin headers for the one page that was let in: its exact origin, never a wildcard. */
import type { IncomingMessage, ServerResponse } from 'node:http'
import { recentHeaders } from '../contract/media-wire.ts'

/** Tells the page why a camera's HLS could not be had; the value is a `StreamTrouble`. */
export const troubleHeader = 'X-Stream-Trouble'

/** The origin has been checked before. */
export function permitOrigin(request: IncomingMessage, response: ServerResponse): void {
  response.setHeader('Access-Control-Allow-Origin', request.headers.origin ?? '')
  const exposed = ['Content-Length', 'Content-Range', troubleHeader, ...Object.values(recentHeaders)]
  response.setHeader('Access-Control-Expose-Headers', exposed.join(', '))
  response.setHeader('Cross-Origin-Resource-Policy', 'cross-origin')
  response.setHeader('X-Content-Type-Options', 'nosniff')
  response.setHeader('Vary', 'Origin')
}

export function answerPreflight(request: IncomingMessage, response: ServerResponse): void {
  response.setHeader('Access-Control-Allow-Methods', 'GET, HEAD')
  response.setHeader('Access-Control-Allow-Headers', 'Authorization, Range')
  response.setHeader('Access-Control-Max-Age', '600')
  if (request.headers['access-control-request-private-network'] === 'true') {
    response.setHeader('Access-Control-Allow-Private-Network', 'true')
  }
  response.writeHead(204).end()
}

export function refuse(response: ServerResponse, status: number, message: string): void {
  response.writeHead(status, { 'Content-Type': 'text/plain; charset=utf-8', 'Cache-Control': 'no-store' }).end(message)
}
