/** Reads what the `onvif` package's own reader would spoil: it turns names that look like numbers into numbers, and keeps one of two alike. */
import { XMLParser } from 'fast-xml-parser'

const parser = new XMLParser({
  removeNSPrefix: true,
  ignoreAttributes: false,
  attributeNamePrefix: '@',
  parseTagValue: false,
  parseAttributeValue: false,
  // Also characters by number, as some devices write everything but ASCII.
  processEntities: true,
  htmlEntities: true,
})

/** An element: text, attributes as `@name`, children by local name; several of a name are a list. */
export type XmlElement = unknown

/** The answer inside of a SOAP body. Undefined when it is none. */
export function readAnswer(xml: string, operation: string): XmlElement {
  // Documents that define entities of their own have nothing good in mind.
  if (/<!DOCTYPE/i.test(xml)) return undefined
  try {
    return descend(parser.parse(xml), 'Envelope', 'Body', `${operation}Response`)
  } catch {
    return undefined
  }
}

export function descend(element: XmlElement, ...path: string[]): XmlElement {
  return path.reduce<XmlElement>((inside, name) => {
    const one = Array.isArray(inside) ? (inside[0] as unknown) : inside
    return typeof one === 'object' && one !== null && Object.hasOwn(one, name)
      ? (one as Record<string, unknown>)[name]
      : undefined
  }, element)
}

export function each(element: XmlElement, name: string): XmlElement[] {
  const found = descend(element, name)
  return Array.isArray(found) ? found : found === undefined ? [] : [found]
}

/** Of a leaf, with or without attributes; empty when it has none. */
export function textOf(element: XmlElement): string {
  if (typeof element === 'string') return element.trim()
  const inner = descend(element, '#text')
  return typeof inner === 'string' ? inner.trim() : ''
}

const entities: Record<string, string> = { '<': '&lt;', '>': '&gt;', '&': '&amp;', '"': '&quot;', "'": '&apos;' }

export function escapeXml(text: string): string {
  return text.replace(/[<>&"']/g, (character) => entities[character] ?? '')
}
