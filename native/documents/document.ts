/** Shapes of documents that the workstations of a sub-center share: small JSON bodies by kind and id, which the hub does not read. */
import { z } from 'zod'
import { actor, identifier, instant } from '../contract/case.ts'

/** Bytes of a body's JSON in UTF-8. */
export const mostBodyBytes = 65_536
/** Of a kind, in a sub-center. */
export const mostDocuments = 500

const shared = {
  kind: z.string().regex(/^[a-z][a-z-]{0,39}$/),
  id: identifier,
  /** The save that made it, for ever the same one. */
  opId: identifier,
  name: z.string().min(1).max(60),
  /** Null: removed. */
  body: z.looseObject({}).nullable(),
}

/** As the hub tells it. Never is a version given twice in a sub-center, whatever the document and the epoch. */
export const sharedDocument = z.object({ ...shared, version: z.int().min(1), by: actor, at: instant })
export type SharedDocument = z.infer<typeof sharedDocument>

/** What a workstation sends. `base` is the version that it was made from; 0: there was none. */
export const sentDocument = z
  .object({ ...shared, base: z.int().min(0), by: actor })
  .refine(({ base, body }) => base > 0 || body !== null, 'a removal names the version that it removes')
export type SentDocument = z.infer<typeof sentDocument>

export const bodyBytes = (body: object | null) => Buffer.byteLength(JSON.stringify(body))
