/** Reads contents again and compares them with their records. */
import { createHash } from 'node:crypto'
import type { Evidence, Operator } from '../contract/case.ts'
import type { Problem, TakenRecord, Verification } from '../contract/video-evidence.ts'
import type { EvidenceDesk } from '../evidence/evidence.ts'
import { SealBroken } from '../evidence/sealed-files.ts'
import { Fault } from '../fault.ts'
import { checkChain, readRecord } from './chain.ts'
import type { RecordStore } from './record-store.ts'

type Contents = Pick<EvidenceDesk, 'carry' | 'open' | 'find'>
type Found = 'same' | 'changed' | 'absent'

/** Everything that was ever recorded; contents as far as they are on this workstation. `now`: ms since 1970. */
export async function verifyAll(store: RecordStore, contents: Contents, now: number): Promise<Verification> {
  const problems = checkChain(store.all(), store.witnesses())
  const tally = { contents: 0, elsewhere: 0 }
  for (const row of [...store.all()]) {
    const record = readRecord(row)?.record
    if (!record || record.kind === 'attached') continue
    problems.push(...(await checkContents(record, contents, tally, mayBeGone(store, record, now))))
  }
  return { records: store.count(), ...tally, problems }
}

/** One piece in its place in the chain; what is not here is fetched from the hub first. */
export async function verifyPiece(
  store: RecordStore,
  contents: Contents,
  operator: Operator,
  sequence: number,
): Promise<Verification> {
  const problems = checkChain(store.all(), store.witnesses()).filter((problem) => problem.sequence === sequence)
  const tally = { contents: 0, elsewhere: 0 }
  if (problems.some(({ kind }) => kind === 'record-changed')) return { records: 1, ...tally, problems }
  const { record, attached } = store.piece(sequence)
  for (const file of filesOf(record)) {
    if (contents.find(file.id) || !attached) continue
    await contents.open(operator, attached.record.caseId, file).catch((error: unknown) => {
      if (!(error instanceof Fault)) throw error
      if (error.reason === 'evidence-checksum') problems.push({ sequence, kind: 'content-changed' })
    })
  }
  problems.push(...(await checkContents(record, contents, tally, true)))
  return { records: 1, ...tally, problems }
}

const filesOf = ({ file, origin }: TakenRecord) => (origin ? [file, origin] : [file])

/** Copies of what the hub has are let go when room is short, and what no case has after a day. */
function mayBeGone(store: RecordStore, record: TakenRecord, now: number): boolean {
  const { attached, expiresAt } = store.piece(record.sequence)
  return attached !== null || (expiresAt !== null && expiresAt <= now)
}

async function checkContents(
  record: TakenRecord,
  contents: Contents,
  tally: { contents: number; elsewhere: number },
  isGoneAllowed: boolean,
): Promise<Problem[]> {
  const { sequence } = record
  const problems: Problem[] = []
  for (const file of filesOf(record)) {
    const found = await compare(file, contents)
    if (found === 'changed') problems.push({ sequence, kind: 'content-changed' })
    else if (found === 'same') tally.contents += 1
    else if (isGoneAllowed) tally.elsewhere += 1
    else problems.push({ sequence, kind: 'content-missing' })
  }
  return problems
}

async function compare(file: Evidence, contents: Contents): Promise<Found> {
  if (!contents.find(file.id)) return 'absent'
  const hash = createHash('sha256')
  let bytes = 0
  try {
    for await (const piece of contents.carry.content(file.id)) {
      hash.update(piece)
      bytes += piece.length
    }
  } catch (error) {
    if (error instanceof SealBroken) return 'changed'
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return 'absent'
    throw error
  }
  return bytes === file.bytes && hash.digest('hex') === file.sha256 ? 'same' : 'changed'
}
