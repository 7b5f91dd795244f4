/** Takes instructions from workstations, once each, and tells every workstation of the sub-center how far they got. */
import type { Instruction, InstructionTarget, SentInstruction } from '../../../native/contract/instruction.ts'
import type { Accounts } from './accounts.ts'
import type { Feed } from './feed.ts'
import { HubFault } from './hub-fault.ts'
import type { StateFile } from './state-file.ts'

/** Whose handsets a target means; null when there is no such target. */
export type Recipients = (
  subCenter: string,
  to: InstructionTarget,
) => { name: string; people: { id: string; name: string }[] } | null

export interface Instructions {
  /** Idempotent by id. Faults: `forbidden` (the sender), `unknown-recipient`. */
  send(subCenter: string, sent: SentInstruction): void
  find(subCenter: string, id: string): Instruction | null
  /** The one that was sent last. */
  latest(subCenter: string): Instruction | null
  /** Marks handsets: all of them, or one. What is marked already stays. */
  mark(subCenter: string, id: string, what: 'deliveredAt' | 'readAt', personId?: string): void
}

export interface InstructionsParts {
  file: StateFile
  feed: Feed
  accounts: Pick<Accounts, 'person'>
  recipients: Recipients
  clock: () => number
  poke: (subCenter: string) => void
}

/** The instruction that a sent one becomes. Faults: `forbidden`, `unknown-recipient`. */
export function writeInstruction(
  { instructionId, to, text, caseId }: SentInstruction,
  person: ReturnType<Accounts['person']>,
  found: ReturnType<Recipients>,
  at: number,
): Instruction {
  if (!person || person.role === 'administrator') throw new HubFault('forbidden', '发令人不是本分中心的值班人员')
  if (!found) throw new HubFault('unknown-recipient', '没有这个人、工作站或网格')
  const recipients = found.people.map(({ id, name }) => ({ id, name, deliveredAt: null, readAt: null }))
  const { id, name, role } = person
  return { id: instructionId, at, by: { id, name, role }, to: { ...to, name: found.name }, text, caseId, recipients }
}

export function createInstructions(parts: InstructionsParts): Instructions {
  const { file, feed, accounts, recipients, clock, poke } = parts
  const read = file.prepare<[string, string], { put: string }>(
    'SELECT put FROM items WHERE sub_center = ? AND item_key = ?',
  )
  function find(subCenter: string, id: string): Instruction | null {
    const row = read.get(subCenter, `0-instruction/${id}`)
    return row ? (JSON.parse(row.put) as { instruction: Instruction }).instruction : null
  }
  function publish(subCenter: string, instruction: Instruction): void {
    feed.append(subCenter, [{ kind: 'instruction', instruction }])
    poke(subCenter)
  }
  const readLast = file.prepare<[string], { put: string }>(
    `SELECT put FROM items WHERE sub_center = ? AND item_key > '0-instruction/' AND item_key < '0-instruction0'
     ORDER BY put ->> '$.instruction.at' DESC, id DESC LIMIT 1`,
  )
  return {
    find,
    latest(subCenter) {
      const row = readLast.get(subCenter)
      return row ? (JSON.parse(row.put) as { instruction: Instruction }).instruction : null
    },
    send(subCenter, sent) {
      if (find(subCenter, sent.instructionId)) return
      const person = accounts.person(subCenter, sent.by.id)
      publish(subCenter, writeInstruction(sent, person, recipients(subCenter, sent.to), clock()))
    },
    mark(subCenter, id, what, personId) {
      const found = find(subCenter, id)
      if (!found) throw new Error(`there is no instruction ${id}`)
      const now = clock()
      const people = found.recipients.map((one) => {
        if (personId !== undefined && one.id !== personId) return one
        const deliveredAt = one.deliveredAt ?? now
        return what === 'deliveredAt' ? { ...one, deliveredAt } : { ...one, deliveredAt, readAt: one.readAt ?? now }
      })
      publish(subCenter, { ...found, recipients: people })
    },
  }
}
