/** What is kept of a watch, as a file: for evidence, and over HTTP for looking back. */
import type { ServerResponse } from 'node:http'
import { setImmediate } from 'node:timers/promises'
import { recentHeaders } from '../contract/media-wire.ts'
import type { MediaUnit } from './media-unit.ts'
import { remuxClip } from './mp4-fragments.ts'
import type { PictureFormat } from './nal-rules.ts'

export interface RecentClip {
  outcome: 'clip'
  /** MP4 with the pictures as the camera encoded them. */
  file: Uint8Array<ArrayBuffer>
  /** When the first and the last picture of it were received, ms since 1970. */
  from: number
  to: number
  pictures: number
  /** Of the first picture. */
  format: PictureFormat
  /** The camera's clock minus this workstation's, in ms; null when it does not tell. */
  cameraOffsetMs: number | null
}

export type Recent =
  | RecentClip
  /** The owner allows no keeping: only when pictures of that time were received is known, ms since 1970. */
  | { outcome: 'forbidden'; received: number[]; format: PictureFormat | null; cameraOffsetMs: number | null }
  /** No such watch, or nothing of that time. */
  | { outcome: 'nothing' }

/** Lets others have the thread after each group of pictures: a minute of a main stream would hold live pictures up for a tenth of a second. */
export async function recentClip(units: readonly MediaUnit[], cameraOffsetMs: number | null = null): Promise<Recent> {
  const [first] = units
  const last = units.at(-1)
  if (!first || !last) return { outcome: 'nothing' }
  const pieces: Uint8Array[] = []
  for (const piece of remuxClip(units)) {
    pieces.push(piece)
    await setImmediate()
  }
  const file = new Uint8Array(pieces.reduce((sum, { byteLength }) => sum + byteLength, 0))
  let at = 0
  for (const piece of pieces) {
    file.set(piece, at)
    at += piece.byteLength
  }
  return {
    outcome: 'clip',
    file,
    from: first.receivedAt,
    to: last.receivedAt,
    pictures: units.length,
    format: first.format,
    cameraOffsetMs,
  }
}

/** The part of `/recent/WATCHID.mp4?from=&to=` that says what is wanted; null when it is none. */
export function readRecentPath(pathname: string, search: string): { watchId: string; from: number; to: number } | null {
  const [, watchId] = /^\/recent\/([^/]{1,64})\.mp4$/.exec(pathname) ?? []
  const asked = new URLSearchParams(search)
  const [from, to] = [asked.get('from') ?? '', asked.get('to') ?? '']
  if (watchId === undefined || !/^\d{1,15}$/.test(from) || !/^\d{1,15}$/.test(to)) return null
  return { watchId, from: Number(from), to: Number(to) }
}

export function answerRecent(recent: Recent, response: ServerResponse, hasBody: boolean): void {
  response.setHeader('Cache-Control', 'no-store')
  if (recent.outcome !== 'clip') {
    const [status, message] =
      recent.outcome === 'forbidden' ? [403, 'the owner allows no keeping'] : [404, 'nothing is kept']
    response.writeHead(status, { 'Content-Type': 'text/plain; charset=utf-8' })
    return void response.end(message)
  }
  const { file, from, to, format } = recent
  response.writeHead(200, {
    'Content-Type': 'video/mp4',
    'Content-Length': file.byteLength,
    [recentHeaders.from]: from,
    [recentHeaders.to]: to,
    [recentHeaders.codec]: format.codec,
  })
  response.end(hasBody ? file : undefined)
}
