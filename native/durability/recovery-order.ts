/** The order to go on with another database, written down before it is carried out: a program that is killed meanwhile goes on with it. */
import { readFileSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { z } from 'zod'
import { replaceFile, syncFolder } from './durable-files.ts'

const schema = z.object({
  id: z.string().min(1),
  at: z.number(),
  kind: z.enum(['restored', 'damaged']),
  detail: z.string().nullable(),
  by: z.object({ id: z.string(), name: z.string() }).nullable(),
  reason: z.string().nullable(),
  /** The backup to put in place; null: the newest that is good, or none. */
  backup: z.object({ id: z.string(), folder: z.string() }).nullable(),
})
export type RecoveryOrder = z.infer<typeof schema>

const placeOf = (dataFolder: string) => join(dataFolder, 'recovery.json')

/** Null when there is none, or none that can be read: it was written in one piece, so it is no order of ours. */
export function readOrder(dataFolder: string): RecoveryOrder | null {
  try {
    return schema.parse(JSON.parse(readFileSync(placeOf(dataFolder), 'utf8')))
  } catch {
    return null
  }
}

/** An order that stands already goes first. */
export function giveOrder(dataFolder: string, order: RecoveryOrder): void {
  if (!readOrder(dataFolder)) replaceFile(placeOf(dataFolder), JSON.stringify(order))
}

export function dropOrder(dataFolder: string): void {
  rmSync(placeOf(dataFolder), { force: true })
  syncFolder(dataFolder)
}

/** Where the old database is kept: `set-aside/20261123T180000Z-damaged`. */
export function setAsideFolder(dataFolder: string, { at, kind }: RecoveryOrder): string {
  return join(dataFolder, 'set-aside', `${new Date(at).toISOString().replace(/[-:]|\.\d+/g, '')}-${kind}`)
}
