/** Reads what decides about an RTSP session: its address, where it is led to, its channels and its time-out. Pure. */
import { StreamFailure } from './media-unit.ts'
import { headerOf, type RtspResponse } from './rtsp-message.ts'

/** Without user and password, which do not belong into requests. */
export function addressOf(text: string): URL {
  const url = URL.parse(text)
  if (url?.protocol !== 'rtsp:' || url.hostname === '') throw new StreamFailure('refused', 'not an RTSP address')
  url.username = ''
  url.password = ''
  url.hash = ''
  return url
}

/**
 * Where the camera leads to, on its own host only: its credentials and what it may reach belong to nobody else. Throws `StreamFailure`.
 * Other ports are followed, for recorders serve their channels on many.
 */
export function redirected(from: URL, location: string): URL {
  const target = addressOf(URL.parse(location, from.href)?.href ?? '')
  if (target.hostname !== from.hostname) throw new StreamFailure('refused', 'the camera leads to another host')
  return target
}

/** Channels of RTP and RTCP on the RTSP connection. */
export function interleavedChannels(response: RtspResponse): { media: number; control: number } {
  const transport = headerOf(response, 'transport') ?? ''
  if (!/TCP/i.test(transport)) throw new StreamFailure('refused', 'the camera does not send over the RTSP connection')
  const [, first, second] = /interleaved=(\d{1,3})(?:-(\d{1,3}))?/i.exec(transport) ?? []
  const media = Number(first ?? 0)
  return { media, control: Number(second ?? media + 1) }
}

/** RFC 2326 section 12.37: 60 seconds unless the server says otherwise. */
export function sessionOf(response: RtspResponse): { id: string; timeoutMs: number } {
  const [id = '', ...parameters] = (headerOf(response, 'session') ?? '').split(';').map((part) => part.trim())
  if (id === '') throw new StreamFailure('refused', 'the answer to SETUP names no session')
  const seconds = parameters.map((parameter) => /^timeout=(\d{1,5})$/i.exec(parameter)?.[1]).find(Boolean)
  return { id, timeoutMs: Number(seconds ?? 60) * 1000 }
}
