/** Reads video and sound of a session description (RFC 8866; RFC 2326 appendix C for `control`). */

export interface VideoDescription {
  payloadType: number
  /** Encoding name in upper case, e.g. `H264`, `H265`, `JPEG`. */
  encoding: string
  /** Hz. */
  clockRate: number
  /** `a=fmtp`, names in lower case. */
  parameters: ReadonlyMap<string, string>
  /** `a=control` of the media, as written; null when absent. */
  control: string | null
}

export interface AudioDescription extends VideoDescription {
  channels: number
}

export interface SessionDescription {
  /** `a=control` of the session; null when absent. */
  control: string | null
  /** Every payload type of every video section, in order of preference. */
  videos: VideoDescription[]
  /** The same of every audio section. */
  audios: AudioDescription[]
}

interface Section {
  media: string
  payloadTypes: number[]
  attributes: Map<string, string[]>
}

const maxLines = 500

/** Null when the text is no session description. Lines that cannot be read are passed over, as real cameras write strange ones. */
export function parseSessionDescription(text: string): SessionDescription | null {
  const lines = text.split(/\r\n|\r|\n/).slice(0, maxLines)
  if (!lines.some((line) => line.trim() === 'v=0')) return null
  const session: Section = { media: '', payloadTypes: [], attributes: new Map() }
  const sections: Section[] = []
  for (const line of lines) {
    const media = /^m=(\S+) \S+ \S+((?: +\d+)+)\s*$/.exec(line)
    if (media) sections.push(newSection(media[1] ?? '', media[2] ?? ''))
    else readAttribute(line, sections.at(-1) ?? session)
  }
  const of = (media: string) => sections.filter((section) => section.media === media)
  const control = session.attributes.get('control')?.[0] ?? null
  return { control, videos: of('video').flatMap(videosOf), audios: of('audio').flatMap(audiosOf) }
}

function newSection(media: string, payloadTypes: string): Section {
  return { media, payloadTypes: payloadTypes.trim().split(/ +/).map(Number), attributes: new Map() }
}

function readAttribute(line: string, section: Section): void {
  const attribute = /^a=([^:]+):(.*)$/.exec(line)
  if (!attribute) return
  const name = (attribute[1] ?? '').trim().toLowerCase()
  const values = section.attributes.get(name) ?? []
  values.push((attribute[2] ?? '').trim())
  section.attributes.set(name, values)
}

/** RFC 3551 table 5: 26 is JPEG without a map; every video clock is 90 kHz. */
function videosOf(section: Section): VideoDescription[] {
  return describedOf(section, { names: { 26: 'JPEG' }, clockRate: 90_000 })
}

/** RFC 3551 table 4. */
function audiosOf(section: Section): AudioDescription[] {
  return describedOf(section, { names: { 0: 'PCMU', 8: 'PCMA' }, clockRate: 8_000 })
}

/** `unmapped`: what payload types without a map are, and the clock rate where none is told. */
function describedOf(
  section: Section,
  unmapped: { names: Record<number, string>; clockRate: number },
): AudioDescription[] {
  return section.payloadTypes.flatMap((payloadType) => {
    const map = forPayload(section.attributes.get('rtpmap'), payloadType)
    const [encoding, clockRate, channels] = map?.split('/') ?? []
    const name = encoding ?? unmapped.names[payloadType]
    if (!name) return []
    const rate = Number(clockRate)
    return {
      payloadType,
      encoding: name.toUpperCase(),
      clockRate: Number.isInteger(rate) && rate >= 1000 && rate <= 10_000_000 ? rate : unmapped.clockRate,
      channels: /^[1-8]$/.test(channels ?? '') ? Number(channels) : 1,
      parameters: formatParameters(forPayload(section.attributes.get('fmtp'), payloadType) ?? ''),
      control: section.attributes.get('control')?.[0] ?? null,
    }
  })
}

function forPayload(values: string[] | undefined, payloadType: number): string | null {
  const prefix = `${payloadType} `
  return (
    values
      ?.find((value) => value.startsWith(prefix))
      ?.slice(prefix.length)
      .trim() ?? null
  )
}

function formatParameters(text: string): Map<string, string> {
  const parameters = new Map<string, string>()
  for (const part of text.split(';')) {
    const equals = part.indexOf('=')
    if (equals > 0) parameters.set(part.slice(0, equals).trim().toLowerCase(), part.slice(equals + 1).trim())
  }
  return parameters
}

/**
 * Address for SETUP or PLAY. RFC 2326 C.1.1 asks for resolving a relative `control`; servers and clients in the field append it to the
 * base instead, which is the same for bases that end with a slash and the only way that works for those with a query.
 */
export function resolveControl(base: string, control: string | null): string {
  if (control === null || control === '' || control === '*') return base
  if (/^rtsps?:\/\//i.test(control)) return control
  const separator = base.endsWith('/') || control.startsWith('/') ? '' : '/'
  return base.endsWith('/') && control.startsWith('/') ? base + control.slice(1) : base + separator + control
}
