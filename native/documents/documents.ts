/** Documents put together: kept here first, sent by a small queue of their own, followed by what the hub tells. */
import type { z } from 'zod'
import type { Operator } from '../contract/case.ts'
import type { Kept } from '../contract/wall.ts'
import { Fault } from '../fault.ts'
import type { Signal } from '../signal.ts'
import { bodyBytes, mostBodyBytes, mostDocuments } from './document.ts'
import type { SavedDocument } from './document-row.ts'
import { createDocumentSender, type DocumentSenderOptions } from './document-sender.ts'

/** What documents of a kind hold. A body of another shape is a newer console's: it is not shown, and left as it is. */
export interface DocumentKind<Body extends object> {
  kind: string
  body: z.ZodType<Body>
}

export interface Documents {
  changed: Signal<void>
  /** What this operator may see, by name. */
  list<Body extends object>(kind: DocumentKind<Body>, operator: Operator): Kept<Body>[]
  /**
   * Keeps it on this disk; what is shared then waits for the hub. What is no longer shared leaves the others and becomes a document with an id
   * of its own here. Faults: `forbidden` (not-yours), `invalid` (too-many, also of bytes), `conflict` (a newer console's).
   */
  save<Body extends object>(
    kind: DocumentKind<Body>,
    operator: Operator,
    what: { id: string; name: string; body: Body; isShared: boolean },
  ): void
  /** Idempotent. Faults: `forbidden` (not-yours), `conflict` (a newer console's). */
  remove(kind: DocumentKind<object>, operator: Operator, id: string): void
  close(): void
}

export interface DocumentsOptions extends DocumentSenderOptions {
  newId: () => string
  hubNow: () => number
}

export function createDocuments(options: DocumentsOptions): Documents {
  const { database, store, newId, hubNow } = options
  const sender = createDocumentSender(options)

  /** Of what this operator may touch: what is shown of it, and how many there are of its kind. */
  function look({ kind, body }: DocumentKind<object>, operator: Operator, id: string) {
    const owner = store.ownerOf(kind, id)
    if (owner !== null && owner !== '' && owner !== operator.id)
      throw new Fault('forbidden', `the ${kind} ${id} is another person's`, 'not-yours')
    const all = store.list(kind, operator.id)
    const shown = all.find((one) => one.id === id)
    if (shown && !body.safeParse(shown.body).success)
      throw new Fault('conflict', `the ${kind} ${id} was saved by a newer console`)
    return { shown, count: all.length }
  }
  const savedBy = ({ id, name, role }: Operator) => ({ by: { id, name, role }, at: hubNow() })

  function save(
    kind: DocumentKind<object>,
    operator: Operator,
    { id, name, body, isShared }: Omit<Kept<object>, 'by' | 'at' | 'isWaiting'>,
  ): void {
    const { shown, count } = look(kind, operator, id)
    if (!shown && count >= mostDocuments) throw new Fault('invalid', `${count} documents of ${kind}`, 'too-many')
    if (bodyBytes(body) > mostBodyBytes) throw new Fault('invalid', `more than ${mostBodyBytes} bytes`, 'too-many')
    const saved: SavedDocument = { kind: kind.kind, id, name, body, ...savedBy(operator) }
    if (isShared) return store.share(saved)
    if (!shown?.isShared) return store.keepPrivate(saved)
    store.share({ ...saved, name: shown.name, body: null })
    store.keepPrivate({ ...saved, id: newId() })
  }
  function remove(kind: DocumentKind<object>, operator: Operator, id: string): void {
    const { shown } = look(kind, operator, id)
    if (!shown) return
    if (!shown.isShared) return store.removePrivate(kind.kind, id)
    store.share({ kind: kind.kind, id, name: shown.name, body: null, ...savedBy(operator) })
  }
  const saveAtOnce = database.transaction(save)
  const removeAtOnce = database.transaction(remove)

  return {
    changed: store.changed,
    list<Body extends object>({ kind, body: shape }: DocumentKind<Body>, operator: Operator) {
      return store.list(kind, operator.id).flatMap(({ body, by, ...shown }): Kept<Body>[] => {
        const parsed = shape.safeParse(body)
        return parsed.success ? [{ ...shown, body: parsed.data, by: { id: by.id, name: by.name } }] : []
      })
    },
    save(kind, operator, what) {
      saveAtOnce.immediate(kind, operator, what)
      sender.poke()
    },
    remove(kind, operator, id) {
      removeAtOnce.immediate(kind, operator, id)
      sender.poke()
    },
    close: sender.close,
  }
}
