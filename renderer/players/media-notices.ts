/** Validates what the media gateway says, once, at the border. */
import type { MediaNotice, SoundOffer, StreamTrouble } from '../../native/contract/media-wire.ts'

const troubles: ReadonlySet<string> = new Set<StreamTrouble>([
  'unknown-watch',
  'unreachable',
  'unauthorized',
  'refused',
  'no-media',
  'unsupported',
  'closed-by-camera',
  'overload',
  'budget',
])
/** Null when it is none that this version knows. */
export function readTrouble(value: string | null | undefined): StreamTrouble | null {
  return troubles.has(value ?? '') ? (value as StreamTrouble) : null
}

const states: ReadonlySet<string> = new Set(['connecting', 'playing', 'stalled', 'failed'])

type Fields = Record<string, unknown>

const isCount = (value: unknown): value is number => typeof value === 'number' && Number.isInteger(value) && value >= 0
const isSide = (value: unknown) => isCount(value) && value <= 16_384

const isConfig = (fields: Fields) =>
  (fields.initialisation === undefined || typeof fields.initialisation === 'string') &&
  typeof fields.codec === 'string' &&
  /^[\w.]{4,40}$/.test(fields.codec) &&
  isSide(fields.width) &&
  isSide(fields.height)

const isState = (fields: Fields) =>
  states.has(String(fields.state)) &&
  (fields.trouble === null || troubles.has(String(fields.trouble))) &&
  typeof fields.at === 'number'

const silences: ReadonlySet<unknown> = new Set<SoundOffer['state']>(['none', 'refused'])

function isOffer(value: unknown): boolean {
  if (typeof value !== 'object' || value === null) return false
  const offer = value as Fields
  if (offer.state === 'unsupported') return typeof offer.encoding === 'string' && offer.encoding.length <= 40
  if (offer.state !== 'playable') return silences.has(offer.state)
  return (
    typeof offer.codec === 'string' &&
    /^[\w.]{4,40}$/.test(offer.codec) &&
    isCount(offer.sampleRate) &&
    offer.sampleRate >= 3_000 &&
    offer.sampleRate <= 192_000 &&
    isCount(offer.channels) &&
    offer.channels >= 1 &&
    offer.channels <= 8 &&
    (offer.description === undefined || typeof offer.description === 'string')
  )
}

/** Null when the text is not a notice of this version. */
export function parseNotice(text: string): MediaNotice | null {
  let fields: Fields
  try {
    const parsed: unknown = JSON.parse(text)
    if (typeof parsed !== 'object' || parsed === null) return null
    fields = parsed as Fields
  } catch {
    return null
  }
  if (!isCount(fields.stream)) return null
  const isValid =
    (fields.type === 'config' && isConfig(fields)) ||
    (fields.type === 'state' && isState(fields)) ||
    (fields.type === 'sound' && isOffer(fields.offer)) ||
    (fields.type === 'dropped' && isCount(fields.count))
  return isValid ? (fields as MediaNotice) : null
}
