/** What flows through the gateway: whole access units of one video, whatever protocol and codec they came by. */
import type { StreamTrouble } from '../contract/media-wire.ts'
import type { PictureFormat } from './nal-rules.ts'

export interface MediaUnit {
  key: boolean
  /** Microseconds since the first unit of the session. */
  timestamp: number
  /** Milliseconds since 1970, when the last packet of it came. */
  receivedAt: number
  /** Annex B; parameter sets precede every key frame. */
  data: Uint8Array
  /** The camera's clock minus this workstation's in ms, by its last RTCP sender report; absent: it has sent none. */
  cameraOffsetMs?: number
  /** What a decoder must be configured for; the same object as long as it does not change. */
  format: PictureFormat
}

/** Where pictures come from, with everything that is needed to get them. Stays inside native. */
export type ResolvedSource =
  | { kind: 'rtsp'; url: string; credentials: { user: string; password: string } | null }
  | { kind: 'hls'; url: string; credentials: { user: string; password: string } | null }

/** Why a stream could not start or go on. */
export class StreamFailure extends Error {
  override name = 'StreamFailure'
  readonly trouble: StreamTrouble

  /** `message` is English, for the log. */
  constructor(trouble: StreamTrouble, message: string, cause?: unknown) {
    super(message, { cause })
    this.trouble = trouble
  }
}

/** The camera says that its pictures are to be had elsewhere. Whoever does not follow fails with it. */
export class Redirection extends StreamFailure {
  override name = 'Redirection'
  /** As written by the camera; empty when it did not say where to. */
  readonly location: string

  constructor(location: string) {
    super('refused', 'the camera sends us elsewhere')
    this.location = location
  }
}

/** An address that may be logged: without user, password and query. */
export function loggable(url: string): string {
  try {
    const { protocol, host, pathname } = new URL(url)
    return `${protocol}//${host}${pathname}`
  } catch {
    return '(not an address)'
  }
}
