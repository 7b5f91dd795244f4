/** Reads the hub's state file as it lies on the disk. Shares no code with the hub. */
import Database from 'better-sqlite3'

export interface HubStep {
  id: string
  caseId: string
  /** The words by which the operators' record finds it again. */
  marker: string
}

export interface HubCase {
  id: string
  head: Record<string, unknown>
  steps: { id: string; body: Record<string, unknown> }[]
}

export interface HubState {
  epoch: string
  head: number
  /** What is kept of the log: sequences in the order in which they lie there. */
  sequences: { seq: number; caseId: string | null; version: number | null; stepIds: string[] }[]
  compacted: number
  cases: Map<string, HubCase>
  /** Present state of everything that is no case, by its key. */
  others: Map<string, string>
  /** Every step of every case, in the order of its case. */
  steps: HubStep[]
  answers: Map<string, { status: string; why: string; clientId: string; clientSeq: number }>
}

interface CasePut {
  kind: string
  case: Record<string, unknown> & { id: string; version: number; description: string }
  steps: (Record<string, unknown> & { id: string; kind: string; remark: string })[]
}

/** A report is found by the description of its case, every other step by its remark. */
const markerOf = (put: CasePut, step: CasePut['steps'][number]) =>
  step.kind === 'report' ? put.case.description : step.remark

export function readHub(file: string, subCenter: string): HubState {
  const database = new Database(file, { readonly: true, timeout: 2_000 })
  try {
    return database.transaction(() => read(database, subCenter))()
  } finally {
    database.close()
  }
}

/** Only what says whether a console has come up with it. */
export function readHubPosition(file: string, subCenter: string): { epoch: string; head: number } {
  const database = new Database(file, { readonly: true, timeout: 2_000 })
  try {
    return position(database, subCenter)
  } finally {
    database.close()
  }
}

function position(database: Database.Database, subCenter: string) {
  const [epoch] = database.prepare<[], string>(`SELECT value FROM facts WHERE name = 'epoch'`).pluck().all()
  const [head] = database
    .prepare<[string], number>('SELECT head FROM sub_centers WHERE code = ?')
    .pluck()
    .all(subCenter)
  return { epoch: epoch ?? '', head: head ?? 0 }
}

function read(database: Database.Database, subCenter: string): HubState {
  const compacted = database.prepare<[string], number>('SELECT compacted FROM sub_centers WHERE code = ?').pluck()
  const changes = database.prepare<[string], { seq: number; put: string }>(
    'SELECT seq, put FROM changes WHERE sub_center = ? ORDER BY id',
  )
  const items = database.prepare<[string], { item_key: string; put: string }>(
    'SELECT item_key, put FROM items WHERE sub_center = ? ORDER BY id',
  )
  const operations = database.prepare<
    [string],
    { op_id: string; status: string; why: string; client_id: string; client_seq: number }
  >('SELECT op_id, status, why, client_id, client_seq FROM operations WHERE sub_center = ?')
  const cases = new Map<string, HubCase>()
  const others = new Map<string, string>()
  const steps: HubStep[] = []
  for (const { item_key, put: text } of items.all(subCenter)) {
    const put = JSON.parse(text) as CasePut
    if (put.kind !== 'case') others.set(item_key, text)
    else {
      cases.set(put.case.id, {
        id: put.case.id,
        head: put.case,
        steps: put.steps.map((body) => ({ id: body.id, body })),
      })
      for (const step of put.steps) steps.push({ id: step.id, caseId: put.case.id, marker: markerOf(put, step) })
    }
  }
  return {
    ...position(database, subCenter),
    compacted: compacted.get(subCenter) ?? 0,
    sequences: changes.all(subCenter).map(({ seq, put: text }) => {
      const put = JSON.parse(text) as CasePut
      const isCase = put.kind === 'case'
      const { id = null, version = null } = isCase ? put.case : {}
      return { seq, caseId: id, version, stepIds: isCase ? put.steps.map((step) => step.id) : [] }
    }),
    ...{ cases, others, steps },
    answers: new Map(
      operations
        .all(subCenter)
        .map(({ op_id, status, why, client_id: clientId, client_seq: clientSeq }) => [
          op_id,
          { status, why, clientId, clientSeq },
        ]),
    ),
  }
}
