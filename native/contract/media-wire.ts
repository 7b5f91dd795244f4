/**
 * The media wire: one WebSocket to the gateway's `/media` that carries the access units of many streams. Text frames are JSON messages; binary frames are access units with a fixed 24-byte header, big-endian:
 *
 *   0  u8   format version (1)
 *   1  u8   flags: bit 0 key frame, bit 1 sound
 *   2  u16  of sound: by how many ms it is ahead of the picture of the same instant; else 0
 *   4  u32  stream number (chosen by the client)
 *   8  f64  presentation time in microseconds, from the stream's own clock
 *  16  f64  when the gateway received the last packet of it, ms since 1970 (the gateway's clock)
 *  24  ...  H.264/H.265 access unit, Annex B, parameter sets precede every key frame; or, for a stream opened as `fmp4`, one `moof` and `mdat`;
 *           of sound one packet of G.711 or one raw AAC frame
 *
 * What was last received of a watched stream (at most a minute, whole groups of pictures) is read over HTTP beside it, see `recentPath`.
 */
export const headerBytes = 24

export interface AccessUnit {
  stream: number
  key: boolean
  /** Microseconds. */
  timestamp: number
  /** Milliseconds since 1970. */
  receivedAt: number
  data: Uint8Array
  /** Of sound only. Both tracks of a camera reach the gateway by one session, but not equally fast: see byte 2. */
  sound?: { aheadMs: number }
}

/** What a camera lets us hear, in the gateway's words. */
export type SoundOffer =
  /** `codec` as WebCodecs names it: `ulaw`, `alaw`, `mp4a.40.2`; `description`: AudioSpecificConfig of AAC in base64. */
  | { state: 'playable'; codec: string; sampleRate: number; channels: number; description?: string }
  /** The camera has no sound. */
  | { state: 'none' }
  /** It does not give it. */
  | { state: 'refused' }
  | { state: 'unsupported'; encoding: string }

/** Renderer to gateway. */
export type MediaRequest =
  /**
   * `fmp4`: fragmented MP4 for Media Source Extensions, where the page has no WebCodecs. `sound`: the sound alone, of a watch that was granted
   * to listen; it comes by the session that carries the pictures. Absent: `annex-b`.
   */
  | { type: 'open'; stream: number; watchId: string; as?: StreamForm }
  | { type: 'close'; stream: number }
  /** Ask for a fresh start: the cached group of pictures, from its key frame. */
  | { type: 'refresh'; stream: number }

export type StreamForm = 'annex-b' | 'fmp4' | 'sound'

export type StreamTrouble =
  | 'unknown-watch'
  | 'unreachable'
  | 'unauthorized'
  | 'refused'
  | 'no-media'
  | 'unsupported'
  | 'closed-by-camera'
  | 'overload'
  /** The owner's network carries no more sessions now; the stream starts by itself when one becomes free. */
  | 'budget'

/** Gateway to renderer. */
export type MediaNotice =
  /**
   * Before the first unit and whenever it changes; `codec` as in RFC 6381, e.g. `avc1.640016`, `hvc1.1.6.L93.B0`. `initialisation`, of `fmp4`
   * only: the segment to append before the fragments that follow (`ftyp` and `moov`) in base64.
   */
  | { type: 'config'; stream: number; codec: string; width: number; height: number; initialisation?: string }
  | {
      type: 'state'
      stream: number
      state: 'connecting' | 'playing' | 'stalled' | 'failed'
      trouble: StreamTrouble | null
      at: number
    }
  /** Of `sound`, before the first of it and whenever it changes. */
  | { type: 'sound'; stream: number; offer: SoundOffer }
  /** Units were dropped for this viewer up to the next key frame. */
  | { type: 'dropped'; stream: number; count: number }

/**
 * Path on the media origin of what was received between two instants (ms since 1970, the gateway's clock), as MP4, remuxed and not encoded again;
 * it begins with the key frame at or before `from`. GET with `Authorization: Bearer`. Answers 200 with `recentHeaders`; 403 when the owner allows
 * no keeping; 404 when the watch is none or nothing of that time is kept.
 */
export function recentPath(watchId: string, from: number, to: number): string {
  return `/recent/${watchId}.mp4?from=${Math.floor(from)}&to=${Math.ceil(to)}`
}

/** When the first and the last picture of the answer were received, ms since 1970, and the codec of the first. */
export const recentHeaders = { from: 'X-Recent-From', to: 'X-Recent-To', codec: 'X-Recent-Codec' }

/** Writes header and payload into one new buffer. */
export function encodeAccessUnit(unit: AccessUnit): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(headerBytes + unit.data.byteLength)
  const view = new DataView(bytes.buffer)
  view.setUint8(0, 1)
  view.setUint8(1, (unit.key ? 1 : 0) | (unit.sound ? 2 : 0))
  view.setUint16(2, unit.sound?.aheadMs ?? 0)
  view.setUint32(4, unit.stream)
  view.setFloat64(8, unit.timestamp)
  view.setFloat64(16, unit.receivedAt)
  bytes.set(unit.data, headerBytes)
  return bytes
}

/** Reads a frame; null when it is not one of this version. The payload is a view, not a copy. */
export function decodeAccessUnit(bytes: Uint8Array): AccessUnit | null {
  if (bytes.byteLength < headerBytes) return null
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  if (view.getUint8(0) !== 1) return null
  const flags = view.getUint8(1)
  return {
    stream: view.getUint32(4),
    key: (flags & 1) === 1,
    timestamp: view.getFloat64(8),
    receivedAt: view.getFloat64(16),
    data: bytes.subarray(headerBytes),
    ...((flags & 2) === 2 ? { sound: { aheadMs: view.getUint16(2) } } : {}),
  }
}
