/** Who may connect: checks a handshake's `auth` and says why it is refused. */
import { createHash, timingSafeEqual } from 'node:crypto'
import { z } from 'zod'
import { identifier, line } from '../../../native/contract/case.ts'
import { type Handshake, protocolVersion, type refusal } from '../../../native/hub/protocol.ts'
import type { Answer } from './claims.ts'
import type { StateFile } from './state-file.ts'

export interface WorkstationSeed {
  code: string
  subCenter: string
  token: string
}
/** Whose connection it is. `clientId` names the workstation's local database. */
export interface Caller {
  subCenter: string
  workstation: string
  clientId: string
}
type Refusal = z.infer<typeof refusal>

const handshake: z.ZodType<Handshake> = z.object({
  protocol: z.int(),
  workstation: identifier,
  token: z.string().min(16).max(500),
  clientId: identifier,
  app: line,
})

const hashToken = (token: string) => createHash('sha256').update(token).digest()
export const isToken = (token: string, hash: Buffer) => timingSafeEqual(hash, hashToken(token))

/** Adds workstations, or gives them the token of `seeds`. */
export function seedWorkstations(file: StateFile, seeds: readonly WorkstationSeed[]): void {
  const put = file.prepare('INSERT OR REPLACE INTO workstations (code, sub_center, token_hash) VALUES (?, ?, ?)')
  for (const { code, subCenter, token } of seeds) put.run(code, subCenter, hashToken(token))
}

/** The sub-center of a workstation with this token; null when one of the two is not known. */
export type SubCenterOf = (workstation: string, token: string) => Answer<string | null>

/** The workstation's sub-center, or why it may not connect. */
export async function checkHandshake(subCenterOf: SubCenterOf, auth: unknown): Promise<Caller | { refusal: Refusal }> {
  // The version is looked at first: another version may have another shape.
  const spoken = z.object({ protocol: z.int() }).safeParse(auth)
  if (spoken.success && spoken.data.protocol !== protocolVersion)
    return refuse('protocol-unsupported', `this hub speaks protocol ${protocolVersion}`)
  const parsed = handshake.safeParse(auth)
  if (!parsed.success) return refuse('malformed', z.prettifyError(parsed.error).slice(0, 200))
  const subCenter = await subCenterOf(parsed.data.workstation, parsed.data.token)
  if (subCenter === null) return refuse('unauthorized', 'this workstation or its token is not known')
  return { subCenter, workstation: parsed.data.workstation, clientId: parsed.data.clientId }
}

/** Null for a workstation or a token that is not known. */
export function subCenterOfToken(file: StateFile, workstation: string, token: string): string | null {
  const row = file
    .prepare<[string], { sub_center: string; token_hash: Buffer }>(
      'SELECT sub_center, token_hash FROM workstations WHERE code = ?',
    )
    .get(workstation)
  return row && isToken(token, row.token_hash) ? row.sub_center : null
}

function refuse(code: Refusal['code'], message: string): { refusal: Refusal } {
  return { refusal: { code, message } }
}
