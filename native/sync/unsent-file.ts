/** The content of an exported file: a manifest, then the evidence that it names, one after the other. */
import { z } from 'zod'
import { evidence, identifier, instant, line } from '../contract/case.ts'
import { sentInstruction } from '../contract/instruction.ts'
import type { CarriedEvidence } from '../evidence/carry.ts'
import { operation } from '../hub/protocol.ts'
import { damaged } from './sealed-stream.ts'

const stepContext = z.object({
  seen: z.object({ id: identifier, hubAt: instant }).nullable(),
  ownBefore: z.array(identifier).max(10_000),
  dependsOn: z.array(identifier).max(10_000),
})

export const manifest = z.object({
  workstation: line,
  subCenter: identifier,
  at: instant,
  /** In the order in which they were taken; the numbers are the exporting workstation's. */
  operations: z.array(z.object({ operation, context: stepContext })),
  instructions: z.array(z.object({ sent: sentInstruction, name: line })),
  /** Their contents follow in this order. */
  evidence: z.array(evidence.extend({ caseId: identifier, type: z.string().max(100) })),
})
export type Manifest = z.infer<typeof manifest>

const lengthBytes = 4
/** Some 500 of the largest operations. */
const mostManifestBytes = 100_000_000

export async function* contentOf(
  what: Manifest,
  evidenceOf: (id: string) => AsyncIterable<Uint8Array>,
): AsyncGenerator<Uint8Array, void, void> {
  const text = Buffer.from(JSON.stringify(what))
  const length = Buffer.alloc(lengthBytes)
  length.writeUInt32BE(text.length)
  yield length
  yield text
  for (const { id } of what.evidence) yield* evidenceOf(id)
}

/** Reads a content in the same order. Fault: `invalid` (export-damaged). */
export interface ContentReader {
  manifest(): Promise<Manifest>
  /** The next piece of evidence; `write` is called with its bytes, in order. */
  evidence(piece: CarriedEvidence, write: (bytes: Uint8Array) => Promise<void>): Promise<void>
  /** Nothing may follow. */
  end(): Promise<void>
}

export function readContent(frames: AsyncIterator<Buffer, void>): ContentReader {
  let held: Buffer = Buffer.alloc(0)

  async function more(): Promise<boolean> {
    const next = await frames.next()
    if (next.done) return false
    held = held.length === 0 ? next.value : Buffer.concat([held, next.value])
    return true
  }
  async function take(length: number): Promise<Buffer> {
    const parts: Buffer[] = []
    for (let missing = length; missing > 0;) {
      if (held.length === 0 && !(await more())) throw damaged()
      const part = held.subarray(0, missing)
      held = held.subarray(part.length)
      missing -= part.length
      parts.push(part)
    }
    return Buffer.concat(parts)
  }

  return {
    async manifest() {
      const length = (await take(lengthBytes)).readUInt32BE()
      if (length > mostManifestBytes) throw damaged()
      const text = (await take(length)).toString()
      try {
        return manifest.parse(JSON.parse(text))
      } catch (error) {
        throw damaged(error)
      }
    },
    async evidence({ bytes }, write) {
      for (let left = bytes; left > 0;) {
        const part = await take(Math.min(left, 256 * 1024))
        left -= part.length
        await write(part)
      }
    },
    async end() {
      if (held.length > 0) throw damaged()
      while (await more()) if (held.length > 0) throw damaged()
    },
  }
}
