/** The two messages of WS-Discovery (April 2005) that finding cameras needs: the probe, and the matches that answer it. */
import { XMLParser } from 'fast-xml-parser'

export interface ProbeMatch {
  endpoint: string
  scopes: string[]
  addresses: string[]
}

const wsa = 'http://schemas.xmlsoap.org/ws/2004/08/addressing'
const wsd = 'http://schemas.xmlsoap.org/ws/2005/04/discovery'

/** Types that cameras answer to: old ones know only the first, new ones (Profile T) also the second. */
export const probedTypes = [
  'xmlns:n="http://www.onvif.org/ver10/network/wsdl">n:NetworkVideoTransmitter',
  'xmlns:n="http://www.onvif.org/ver10/device/wsdl">n:Device',
] as const

/** `messageId`: a `urn:uuid:`, which answers refer to. */
export function probeMessage(messageId: string, types: (typeof probedTypes)[number]): string {
  return (
    `<?xml version="1.0" encoding="UTF-8"?><s:Envelope xmlns:s="http://www.w3.org/2003/05/soap-envelope" xmlns:a="${wsa}" xmlns:d="${wsd}">` +
    `<s:Header><a:Action s:mustUnderstand="1">${wsd}/Probe</a:Action><a:MessageID>${messageId}</a:MessageID>` +
    `<a:ReplyTo><a:Address>${wsa}/role/anonymous</a:Address></a:ReplyTo><a:To s:mustUnderstand="1">urn:schemas-xmlsoap-org:ws:2005:04:discovery</a:To></s:Header>` +
    `<s:Body><d:Probe><d:Types ${types}</d:Types></d:Probe></s:Body></s:Envelope>`
  )
}

// Entities are not expanded: anybody on the network may send this.
const parser = new XMLParser({ removeNSPrefix: true, parseTagValue: false, processEntities: false })
const mostMatches = 50

/** What answers one of `messageIds`; empty for everything else. */
export function readProbeMatches(xml: string, messageIds: ReadonlySet<string>): ProbeMatch[] {
  let document: unknown
  try {
    document = parser.parse(xml)
  } catch {
    return []
  }
  const envelope = child(document, 'Envelope')
  if (!messageIds.has(text(child(child(envelope, 'Header'), 'RelatesTo')))) return []
  const matches = child(child(child(envelope, 'Body'), 'ProbeMatches'), 'ProbeMatch')
  return (Array.isArray(matches) ? matches : [matches]).slice(0, mostMatches).flatMap((match) => {
    const endpoint = text(child(child(match, 'EndpointReference'), 'Address')).slice(0, 200)
    const addresses = words(text(child(match, 'XAddrs')))
      .filter(isDeviceAddress)
      .slice(0, 8)
    const scopes = words(text(child(match, 'Scopes'))).slice(0, 50)
    return addresses.length > 0 ? [{ endpoint: endpoint || addresses[0]!, scopes, addresses }] : []
  })
}

/** The value of a scope such as `onvif://www.onvif.org/name/%E6%9D%91`; empty when there is none. */
export function scopeValue(scopes: readonly string[], kind: string): string {
  const prefix = `onvif://www.onvif.org/${kind}/`
  const scope = scopes.find((one) => one.toLowerCase().startsWith(prefix))
  if (!scope) return ''
  const value = scope.slice(prefix.length)
  try {
    return decodeURIComponent(value).slice(0, 200)
  } catch {
    return value.slice(0, 200)
  }
}

function isDeviceAddress(address: string): boolean {
  const url = address.length <= 500 ? URL.parse(address) : null
  return (url?.protocol === 'http:' || url?.protocol === 'https:') && url.username === '' && url.hostname !== ''
}

const words = (value: string) => value.replaceAll('&amp;', '&').split(/\s+/).filter(Boolean)

function child(value: unknown, name: string): unknown {
  return typeof value === 'object' && value !== null && Object.hasOwn(value, name)
    ? (value as Record<string, unknown>)[name]
    : undefined
}

/** Of a leaf, with or without attributes. */
function text(value: unknown): string {
  if (typeof value === 'string') return value.trim()
  const inner = child(value, '#text')
  return typeof inner === 'string' ? inner.trim() : ''
}
