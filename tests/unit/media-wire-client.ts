/** A page's side of the media wire, for tests of the gateway. */
import { onTestFinished } from 'vitest'
import WebSocket from 'ws'
import type { MediaAccess } from '../../native/contract/camera.ts'
import {
  type AccessUnit,
  decodeAccessUnit,
  type MediaNotice,
  type MediaRequest,
} from '../../native/contract/media-wire.ts'

export const pageOrigin = 'http://127.0.0.1:40122'

export interface Page {
  socket: WebSocket
  units: AccessUnit[]
  notices: MediaNotice[]
  /** State and trouble of a stream, in the order they were told. */
  states(stream: number): string[]
  ask(request: MediaRequest): void
  closed: Promise<number>
}

export interface Visit {
  origin?: string | undefined
  protocols?: string[]
  path?: string
  headers?: Record<string, string>
}

/** Rejects when the gateway does not let the page in. */
export async function openPage(access: MediaAccess, visit: Visit = {}): Promise<Page> {
  const { path = '/media', protocols = ['media', access.token], headers } = visit
  const origin = 'origin' in visit ? visit.origin : pageOrigin
  const socket = new WebSocket(access.origin.replace('http', 'ws') + path, protocols, {
    ...(origin === undefined ? {} : { origin }),
    ...(headers ? { headers } : {}),
  })
  onTestFinished(() => socket.terminate())
  const units: AccessUnit[] = []
  const notices: MediaNotice[] = []
  socket.on('message', (data, isBinary) => {
    const unit = isBinary ? decodeAccessUnit(data as Buffer) : null
    if (unit) units.push(unit)
    else notices.push(JSON.parse(String(data)) as MediaNotice)
  })
  const closed = new Promise<number>((resolve) => socket.on('close', resolve))
  await new Promise((resolve, reject) => {
    socket.once('open', resolve)
    socket.once('error', reject)
  })
  socket.on('error', () => {})
  const states = (stream: number) =>
    notices.flatMap((notice) =>
      notice.type === 'state' && notice.stream === stream
        ? notice.trouble
          ? `${notice.state}: ${notice.trouble}`
          : notice.state
        : [],
    )
  return { socket, units, notices, states, closed, ask: (request) => socket.send(JSON.stringify(request)) }
}
