/** How a document lies in this workstation's tables. */
import type { SentDocument } from './document.ts'

export interface DocumentRow {
  kind: string
  id: string
  op_id: string
  name: string
  body: string | null
  author: string
  at: number
}

/** What was saved here, before it has an id to be sent by. */
export interface SavedDocument {
  kind: string
  id: string
  name: string
  /** Null: removes it. */
  body: object | null
  by: SentDocument['by']
  at: number
}

export const textOf = (body: object | null) => (body === null ? null : JSON.stringify(body))
export const bodyOf = (text: string | null) => (text === null ? null : (JSON.parse(text) as SentDocument['body']))
