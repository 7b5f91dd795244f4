/** What stands beside a backup: what it must hold, vouched for with a key that only this console has. */
import { createHmac, timingSafeEqual } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { z } from 'zod'
import { backupCauses } from '../contract/backup.ts'
import { deriveKey } from '../database/encrypted.ts'

const hex64 = z.string().regex(/^[0-9a-f]{64}$/)
const body = z.object({
  format: z.literal(1),
  id: z.string(),
  /** When the copy was taken, in ms. */
  at: z.number(),
  cause: z.enum(backupCauses),
  app: z.string(),
  /** Number of the last migration. */
  schema: z.int(),
  bytes: z.int(),
  /** Of the file as it lies there. */
  sha256: hex64,
  counts: z.record(z.string(), z.int()),
  digest: hex64,
  clientId: z.string().nullable(),
  epoch: z.string().nullable(),
  cursor: z.int().nullable(),
})
export type Manifest = z.infer<typeof body>

const seal = (text: string, key: string) =>
  createHmac('sha256', deriveKey(key, 'backup manifest')).update(text).digest()

export function writeManifest(manifest: Manifest, key: string): string {
  const text = JSON.stringify(manifest)
  return `${JSON.stringify({ manifest: text, seal: seal(text, key).toString('hex') })}\n`
}

const envelope = z.object({ manifest: z.string(), seal: hex64 })

/** `foreign`: not vouched for with this key. */
export function readManifest(file: string, key: string): Manifest | 'missing' | 'foreign' {
  let content: z.infer<typeof envelope>
  try {
    content = envelope.parse(JSON.parse(readFileSync(file, 'utf8')))
  } catch {
    return 'missing'
  }
  if (!timingSafeEqual(Buffer.from(content.seal, 'hex'), seal(content.manifest, key))) return 'foreign'
  const parsed = body.safeParse(JSON.parse(content.manifest))
  // Vouched for, yet of another format: made by a newer console.
  return parsed.success ? parsed.data : 'foreign'
}

/** `console-20261123T180000Z-v9` */
export function backupId(at: number, schema: number): string {
  return `console-${new Date(at).toISOString().replace(/[-:]|\.\d+/g, '')}-v${schema}`
}

/** What the name alone tells; null for other names. */
export function readBackupId(id: string): { at: number; schema: number } | null {
  const parts = /^console-(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z-v(\d{1,6})(?:-\d{1,3})?$/.exec(id)
  if (!parts) return null
  const [year = 0, month = 0, ...rest] = parts.slice(1, 7).map(Number)
  const [day, hour, minute, second] = rest
  return { at: Date.UTC(year, month - 1, day, hour, minute, second), schema: Number(parts[7]) }
}
