/** The printed sheet as a page that stands alone in a package, its evidence shown below it. */
import type { PackedPiece } from './case-package.ts'

export interface SheetWords {
  evidence: string
  /** Of a piece that was left out. */
  missing(piece: PackedPiece): string
  caption(piece: PackedPiece): string
}

/** Written by the document itself, so that whatever a case says stays text. */
export function standAloneSheet(article: Element, title: string, pieces: readonly PackedPiece[], words: SheetWords) {
  const page = document.implementation.createHTMLDocument(title)
  page.documentElement.lang = document.documentElement.lang
  const head = page.head.appendChild(page.createElement('meta'))
  head.setAttribute('charset', 'utf-8')
  page.head.prepend(head)
  page.head.appendChild(page.createElement('style')).textContent = rulesOf(document)
  const sheet = page.body.appendChild(page.importNode(article, true))
  if (pieces.length > 0) sheet.appendChild(page.createElement('h3')).textContent = words.evidence
  for (const packed of pieces) sheet.appendChild(figureOf(page, packed, words))
  return `<!doctype html>\n${page.documentElement.outerHTML}`
}

function figureOf(page: Document, packed: PackedPiece, words: SheetWords): HTMLElement {
  const figure = page.createElement('figure')
  figure.style.margin = '0'
  const caption = page.createElement('figcaption')
  if (packed.path === null) caption.textContent = words.missing(packed)
  else {
    const link = caption.appendChild(page.createElement('a'))
    link.href = packed.path.split('/').map(encodeURIComponent).join('/')
    link.textContent = words.caption(packed)
    const { kind } = packed.piece
    if (kind !== 'document') figure.appendChild(shownAs(page, elements[kind], link.href))
  }
  figure.appendChild(caption)
  return figure
}

function shownAs(page: Document, tag: string, source: string): HTMLElement {
  const element = page.createElement(tag)
  element.setAttribute('src', source)
  element.setAttribute('controls', '')
  element.style.maxWidth = '100%'
  element.style.maxHeight = '180mm'
  return element
}

const elements = { photo: 'img', audio: 'audio', video: 'video' } as const

/** A sheet of another origin cannot be read, and none is used. */
function rulesOf({ styleSheets }: Document): string {
  // The page itself never scrolls; a sheet does.
  const scrolling = 'html, body { height: auto; overflow: auto; background: #fff; }'
  return [...styleSheets].flatMap((sheet) => [...sheet.cssRules].map(({ cssText }) => cssText)).join('\n') + scrolling
}
