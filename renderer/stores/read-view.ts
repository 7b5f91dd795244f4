/** Reads what native has opened, piece by piece, into the page. */
import type { EvidenceView } from '../../native/contract/evidence.ts'
import { bytesOf } from '../link/base64.ts'
import { FaultError } from '../link/faults.ts'
import type { Link } from '../link/link.ts'

/** The whole content; the view is closed afterwards, whatever happens. Fault: `conflict` (evidence-checksum). */
export async function readView(link: Link, { viewId, bytes, type }: EvidenceView, signal: AbortSignal): Promise<Blob> {
  try {
    const parts: Uint8Array<ArrayBuffer>[] = []
    for (let offset = 0; offset < bytes; offset += parts.at(-1)!.length) {
      const { data } = await link.call((client, limit) => client.evidence.read({ viewId, offset }, { signal: limit }), {
        signal,
      })
      const part = bytesOf(data)
      if (part.length === 0) throw new FaultError({ code: 'conflict', reason: 'evidence-checksum' })
      parts.push(part)
    }
    return new Blob(parts, { type })
  } finally {
    void link.call((client, limit) => client.evidence.close({ viewId }, { signal: limit })).catch(() => null)
  }
}
