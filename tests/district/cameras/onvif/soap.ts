/** SOAP 1.2 envelopes as ONVIF devices read and write them. */
import { XMLParser } from 'fast-xml-parser'

/** An element's children and text: strings for leaves, `@name` for attributes, `#text` beside them. */
export type Element = { [name: string]: unknown }

export interface SoapRequest {
  /** Local name of the body's element. */
  operation: string
  body: Element
  header: Element
}

const parser = new XMLParser({
  removeNSPrefix: true,
  ignoreAttributes: false,
  attributeNamePrefix: '@',
  parseTagValue: false,
  parseAttributeValue: false,
})

/** Null when it is no SOAP request. */
export function parseEnvelope(xml: string): SoapRequest | null {
  let document: unknown
  try {
    document = parser.parse(xml, true)
  } catch {
    return null
  }
  const envelope = child(document, 'Envelope')
  const [operation, body] = Object.entries(child(envelope, 'Body')).find(([name]) => !/^[@#?]/.test(name)) ?? []
  return operation === undefined ? null : { operation, body: asElement(body), header: child(envelope, 'Header') }
}

function asElement(value: unknown): Element {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Element) : {}
}

/** The named child element, empty when missing. */
export function child(parent: unknown, ...path: string[]): Element {
  return path.reduce((element, name) => asElement(element[name]), asElement(parent))
}

/** Text of the named child, null when missing. */
export function text(parent: unknown, name: string): string | null {
  const value = asElement(parent)[name]
  if (typeof value === 'string') return value
  const inner = asElement(value)['#text']
  return typeof inner === 'string' ? inner : null
}

/** A number in an attribute or child text; null when missing or no number. */
export function number(parent: unknown, name: string): number | null {
  const value = text(parent, name)
  return value === null || value.trim() === '' || !Number.isFinite(Number(value)) ? null : Number(value)
}

export function escapeXml(value: string): string {
  return value.replace(/[<>&"']/g, (character) => `&#${character.charCodeAt(0)};`)
}

const namespaces = {
  s: 'http://www.w3.org/2003/05/soap-envelope',
  tt: 'http://www.onvif.org/ver10/schema',
  tds: 'http://www.onvif.org/ver10/device/wsdl',
  trt: 'http://www.onvif.org/ver10/media/wsdl',
  tptz: 'http://www.onvif.org/ver20/ptz/wsdl',
  tev: 'http://www.onvif.org/ver10/events/wsdl',
  ter: 'http://www.onvif.org/ver10/error',
}
export const serviceNamespaces = {
  device: namespaces.tds,
  media: namespaces.trt,
  ptz: namespaces.tptz,
  events: namespaces.tev,
}

export function envelope(body: string): string {
  const declared = Object.entries(namespaces).map(([prefix, name]) => `xmlns:${prefix}="${name}"`)
  return `<?xml version="1.0" encoding="UTF-8"?>\n<s:Envelope ${declared.join(' ')}><s:Body>${body}</s:Body></s:Envelope>`
}

/** An ONVIF fault (Core Specification 5.8.2): `codes` from the outer to the innermost, e.g. `Sender`, `NotAuthorized`. */
export interface SoapFault {
  status: number
  codes: [outer: 'Sender' | 'Receiver', ...inner: string[]]
  reason: string
}

export function faultBody({ codes: [outer, ...inner], reason }: SoapFault): string {
  const nested = inner.reduceRight(
    (deeper, code) => `<s:Subcode><s:Value>ter:${code}</s:Value>${deeper}</s:Subcode>`,
    '',
  )
  const said = `<s:Reason><s:Text xml:lang="en">${escapeXml(reason)}</s:Text></s:Reason>`
  return `<s:Fault><s:Code><s:Value>s:${outer}</s:Value>${nested}</s:Code>${said}</s:Fault>`
}

export const faults = {
  notAuthorized: { status: 400, codes: ['Sender', 'NotAuthorized'], reason: 'Sender not authorized' },
  notSupported: { status: 400, codes: ['Receiver', 'ActionNotSupported'], reason: 'Optional action not implemented' },
  notWellFormed: { status: 400, codes: ['Sender', 'WellFormed'], reason: 'Not a SOAP request' },
  noProfile: { status: 400, codes: ['Sender', 'InvalidArgVal', 'NoProfile'], reason: 'No such profile' },
  noToken: { status: 400, codes: ['Sender', 'InvalidArgVal', 'NoToken'], reason: 'No such preset' },
  invalidArgument: { status: 400, codes: ['Sender', 'InvalidArgs'], reason: 'Invalid argument' },
} satisfies Record<string, SoapFault>

/** What an operation answers: the content of its response element, or a fault. */
export type Operation = (body: Element) => string | SoapFault
