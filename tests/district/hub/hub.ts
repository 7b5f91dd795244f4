/** The reference dispatch hub: starts it on a port and a state file, and lets the district (and tests) publish into it. */
import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import type { Logger } from 'pino'
import type { Server } from 'socket.io'
import type { Refusal, TakenStep } from '../../../native/cases/decide.ts'
import { namespace, type Put, put as putShape } from '../../../native/hub/protocol.ts'
import type { HubEvidence } from '../evidence/evidence-server.ts'
import { openAccounts } from './account-records.ts'
import type { AccountSeed } from './accounts.ts'
import { createClaims } from './claims.ts'
import { serveWorkstations } from './connection.ts'
import type { Misbehaviour } from './faulty-hub.ts'
import { createDocuments } from './documents.ts'
import { createFeed } from './feed.ts'
import { createCaseNumbers, createHubCases, type HubCases, type Taken } from './hub-cases.ts'
import { openHubServer } from './hub-server.ts'
import { createOperations } from './operations.ts'
import { createInstructions, type Instructions, type Recipients } from './instructions.ts'
import { createPresentState, type PresentState } from './present-state.ts'
import { seedWorkstations, subCenterOfToken, type WorkstationSeed } from './handshake.ts'
import { createSnapshots } from './snapshots.ts'
import { openStateFile, readEpoch, type StateFile } from './state-file.ts'

export interface HubSeed {
  subCenters: readonly { code: string; name: string; letters: string }[]
  workstations: readonly WorkstationSeed[]
  accounts: readonly AccountSeed[]
}

/** Changes a reply before it is sent, for tests of a hub that misbehaves; `undefined` means: never answer. */
export type AlterReply = (event: string, reply: object) => unknown

export interface HubOptions {
  /** 0 takes a free one. */
  port: number
  host?: string
  /** The state file lives here as `hub.sqlite`. */
  folder: string
  tls: { certPem: string; keyPem: string }
  clock: () => number
  log: Logger
  /** Put in on every start; what is there already stays. */
  seedData: HubSeed
  /** Begin a new epoch, as after restoring a backup. */
  newEpoch?: boolean
  /** Whose handsets an instruction reaches; nobody's when absent. */
  recipients?: Recipients
  alterReply?: AlterReply
  /** Breaks a rule on purpose. */
  misbehave?: Misbehaviour | null
  /** How often a connection is asked whether it lives, and how long it may take to answer, in ms. */
  ping?: { intervalMs: number; timeoutMs: number }
  /** Steps that workstations or `take` have taken, after they are on the disk. */
  stepsTaken?: (steps: readonly Taken[]) => void
}

export interface Hub {
  url: string
  port: number
  epoch: string
  head(subCenter: string): number
  /** Appends a change and pokes; returns its sequence. Steps of a case are those that the change adds. */
  publish(subCenter: string, put: Put): number
  /** Many changes in one transaction, one poke. */
  publishMany(subCenter: string, puts: Iterable<Put>): number
  /** As `publishMany`, but the poke is lost. */
  publishQuietly(subCenter: string, puts: Iterable<Put>): number
  /** As `publishMany`, but whatever it is given, unchecked. */
  publishRaw(subCenter: string, puts: Iterable<unknown>): number
  /** Fills the present state without keeping changes: a connected workstation then needs a snapshot. Unchecked, fast. */
  fill(subCenter: string, puts: Iterable<Put>): number
  /** A step of somebody who acts without a workstation, decided as any other. Throws for a case that is not there. */
  take(subCenter: string, caseId: string, step: OutsideStep): Taken | { refusal: Refusal }
  /** The next running number of a day such as `20180613`; `given` is the greatest that was given otherwise. */
  nextSerial(subCenter: string, day: string, given: number): number
  /** Forgets changes up to `through`, so that older cursors are too old. */
  compact(subCenter: string, through: number): void
  /** Sends any event to the workstations of a sub-center. */
  emitRaw(subCenter: string, event: string, payload: unknown): void
  /** Replaces or (null) removes the hook of the options. */
  setAlterReply(alter: AlterReply | null): void
  /** Begins or (null) ends to break a rule. */
  setMisbehaviour(misbehave: Misbehaviour | null): void
  /** Workstations connected now. */
  connections(subCenter: string): number
  /** Cuts every connection of a sub-center without closing the hub. */
  disconnect(subCenter: string): void
  present: PresentState
  evidence: HubEvidence
  instructions: Instructions
  close(): Promise<void>
}

/** The id of the step and the actor's clock are made up here. */
export type OutsideStep = Pick<TakenStep, 'kind' | 'actor' | 'input'>

/** Leaves room for the envelope below the limit of a message. */
const maxPutBytes = 900_000

/** Rejects with a sentence for a person when the port is taken or the folder cannot be written. */
export async function startHub(options: HubOptions): Promise<Hub> {
  const { clock, log, folder } = options
  mkdirSync(folder, { recursive: true })
  const path = join(folder, 'hub.sqlite')
  const file = openStateFile(path)
  try {
    const epoch = readEpoch(file, options.newEpoch ?? false)
    const accounts = openAccounts(file, clock)
    seedSubCenters(file, options.seedData)
    await accounts.seed(options.seedData.accounts)
    const subCenterOf = (workstation: string, token: string) => subCenterOfToken(file, workstation, token)
    const { tls, ping } = options
    const { io, evidence, listen } = openHubServer({ tls, folder, subCenterOf, log, ping })
    const feed = createFeed(file, clock)
    const present = createPresentState(file)
    const cases = createHubCases({ numbers: createCaseNumbers(file), feed, present, clock })
    const hooks: Hooks = { alterReply: options.alterReply ?? null, misbehave: options.misbehave ?? null }
    const poke = (subCenter: string) =>
      void io
        .of(namespace)
        .to(subCenter)
        .emit('feed.poke', { epoch, head: feed.head(subCenter) })
    const taken = (steps: readonly Taken[]) => {
      for (const subCenter of new Set(steps.map((step) => step.subCenter))) poke(subCenter)
      options.stepsTaken?.(steps)
    }
    const recipients = options.recipients ?? (() => null)
    const instructions = createInstructions({ file, feed, accounts, clock, recipients, poke })
    const documents = createDocuments({ file, feed, accounts, clock, poke })
    const operations = createOperations({ file, cases, accounts, clock, log, taken })
    serveWorkstations(io.of(namespace), {
      ...{ epoch, feed, accounts, operations, instructions, documents, claims: createClaims(file), clock, log, hooks },
      ...{ subCenterOf, describe: feed.describe, openSnapshots: (code) => createSnapshots(path, code) },
    })
    const port = await listen({ host: options.host ?? '127.0.0.1', port: options.port })
    log.info({ port, epoch }, 'hub listens')
    return {
      ...composeHub({ io, file, feed, present, cases, taken, clock, epoch, hooks, port }),
      evidence,
      instructions,
    }
  } catch (error) {
    file.close()
    throw error
  }
}

function seedSubCenters(file: StateFile, seed: HubSeed): void {
  const insert = file.prepare('INSERT OR IGNORE INTO sub_centers (code, name, letters) VALUES (?, ?, ?)')
  for (const { code, name, letters } of seed.subCenters) insert.run(code, name, letters)
  seedWorkstations(file, seed.workstations)
}

interface Hooks {
  alterReply: AlterReply | null
  misbehave: Misbehaviour | null
}

interface HubParts {
  io: Server
  file: StateFile
  feed: ReturnType<typeof createFeed>
  present: PresentState
  cases: HubCases
  taken: (steps: readonly Taken[]) => void
  clock: () => number
  epoch: string
  hooks: Hooks
  port: number
}

function composeHub(parts: HubParts): Omit<Hub, 'evidence' | 'instructions'> {
  const { io, file, feed, present, epoch, hooks, port } = parts
  const space = io.of(namespace)
  let closing: Promise<void> | null = null
  function poke(subCenter: string, head: number): number {
    // Not volatile: a poke dropped while a long page is being sent would leave its change unseen until the next one.
    space.to(subCenter).emit('feed.poke', { epoch, head })
    return head
  }
  const append = (subCenter: string, puts: Iterable<unknown>) => poke(subCenter, feed.append(subCenter, puts))
  return {
    url: `https://127.0.0.1:${port}`,
    port,
    epoch,
    head: feed.head,
    publish: (subCenter, put) => append(subCenter, checked([put])),
    publishMany: (subCenter, puts) => append(subCenter, checked(puts)),
    publishRaw: append,
    publishQuietly: (subCenter, puts) => feed.append(subCenter, checked(puts)),
    fill: (subCenter, puts) => poke(subCenter, feed.fill(subCenter, puts)),
    take: outsideSteps(parts),
    nextSerial: file.transaction(parts.cases.nextSerial),
    compact: feed.compact,
    emitRaw: (subCenter, event, payload) => void space.to(subCenter).emit(event, payload),
    setAlterReply: (alter) => void (hooks.alterReply = alter),
    setMisbehaviour: (misbehave) => void (hooks.misbehave = misbehave),
    connections: (subCenter) => space.adapter.rooms.get(subCenter)?.size ?? 0,
    disconnect: (subCenter) => void space.in(subCenter).disconnectSockets(true),
    present,
    close: () => (closing ??= io.close().then(() => void file.close())),
  }
}

/** The actor's own clock when it pressed the key, before the hub took the step. */
const transmissionMs = 1200

function outsideSteps({ file, cases, present, taken, clock }: HubParts): Hub['take'] {
  const take = file.transaction((subCenter: string, caseId: string, step: OutsideStep) => {
    const steps = present.findCase(subCenter, caseId)?.steps ?? []
    const actorAt = Math.max(clock() - transmissionMs, steps.at(-1)?.actorAt ?? 0)
    return cases.take(subCenter, caseId, { ...step, id: `${caseId}.${steps.length + 1}`, actorAt })
  })
  return (subCenter, caseId, step) => {
    const result = take.immediate(subCenter, caseId, step)
    if (!result) throw new Error(`there is no case ${caseId}`)
    if (!('refusal' in result)) taken([result])
    return result
  }
}

/** The district's own mistakes end here and not at a workstation. */
function* checked(puts: Iterable<Put>): Generator<Put> {
  for (const put of puts) {
    putShape.parse(put)
    const bytes = Buffer.byteLength(JSON.stringify(put))
    if (bytes > maxPutBytes) throw new Error(`a put of ${bytes} bytes would not fit into a message`)
    yield put
  }
}
