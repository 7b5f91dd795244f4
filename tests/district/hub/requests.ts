/** What a workstation may ask the hub: each request's shape and its answer. */
import type { Logger } from 'pino'
import { z } from 'zod'
import { actor, identifier, instant } from '../../../native/contract/case.ts'
import { sentInstruction } from '../../../native/contract/instruction.ts'
import { sentDocument } from '../../../native/documents/document.ts'
import type { Accounts } from './accounts.ts'
import type { Answer } from './claims.ts'
import type { Documents } from './documents.ts'
import type { Feed } from './feed.ts'
import type { Caller } from './handshake.ts'
import { HubFault } from './hub-fault.ts'
import type { Instructions } from './instructions.ts'
import { type Operations, pushed } from './operations.ts'
import type { Presence } from './presence.ts'
import type { Snapshots } from './snapshots.ts'

/** The same questions, answered at once (the embedded state) or later (a database server). */
export type Answering<T> = {
  [K in keyof T]: T[K] extends (...args: infer A) => infer R ? (...args: A) => Answer<Awaited<R>> : never
}

/** What requests ask of the state behind them. */
export interface AskedState {
  feed: Answering<Pick<Feed, 'pull'>>
  accounts: Answering<Pick<Accounts, 'person' | 'signIn' | 'signOut'>>
  operations: Answering<Operations>
  instructions: Answering<Pick<Instructions, 'send'>>
  documents: Answering<Documents>
}

/** What the requests of one connection work on. */
export interface RequestContext extends Caller, AskedState {
  log: Logger
  epoch: string
  clock: () => number
  snapshots: Answering<Snapshots>
  presence: Presence
}
export type Request = (context: RequestContext, body: unknown) => object | Promise<object>

const limit = z.int().min(1).max(1000)

function request<T>(
  shape: z.ZodType<T>,
  answer: (context: RequestContext, body: T) => object | Promise<object>,
): Request {
  return (context, body) => {
    const parsed = shape.safeParse(body)
    if (!parsed.success) throw new HubFault('malformed', z.prettifyError(parsed.error).slice(0, 500))
    return answer(context, parsed.data)
  }
}

/** Who came and who failed to is recorded; the password never is. */
async function signIn(context: RequestContext, body: { account: string; password: string }): Promise<object> {
  const { accounts, subCenter, workstation, log } = context
  const { account, password } = body
  try {
    const signedIn = await accounts.signIn(subCenter, account, password)
    log.info({ workstation, account }, 'signed in')
    return signedIn
  } catch (error) {
    log.warn({ workstation, account, reason: String(error) }, 'sign-in refused')
    throw error
  }
}

export const requests: Readonly<Record<string, Request>> = {
  'link.ping': request(z.object({ sentAt: instant }), ({ clock }) => ({ hubTime: clock() })),

  'feed.pull': request(
    z.object({ epoch: identifier, cursor: z.int().min(0), limit }),
    async ({ subCenter, epoch, clock, feed }, body) => {
      if (body.epoch !== epoch) throw new HubFault('epoch-changed', 'the hub has begun a new epoch: take a snapshot')
      return { epoch, ...(await feed.pull(subCenter, body.cursor, body.limit)), hubTime: clock() }
    },
  ),

  'snapshot.open': request(z.object({}), async ({ epoch, snapshots }) => ({
    epoch,
    ...(await snapshots.open()),
  })),
  'snapshot.page': request(
    z.object({ snapshotId: identifier, after: z.string().max(200).nullable(), limit }),
    ({ snapshots }, { snapshotId, after, limit }) => snapshots.page(snapshotId, after, limit),
  ),
  'snapshot.close': request(z.object({ snapshotId: identifier }), async ({ snapshots }, { snapshotId }) => {
    await snapshots.close(snapshotId)
    return {}
  }),

  'ops.push': request(pushed, async ({ subCenter, clientId, operations }, { ops }) => ({
    results: await operations.push(subCenter, clientId, ops),
  })),

  'instruction.send': request(sentInstruction, async ({ subCenter, instructions }, sent) => {
    await instructions.send(subCenter, sent)
    return {}
  }),

  'document.save': request(sentDocument, async ({ subCenter, documents }, sent) => {
    const answer = await documents.save(subCenter, sent)
    if (!answer) throw new HubFault('stale', 'the document was saved from another version than this one was made from')
    return answer
  }),

  'presence.look': request(
    z.object({ caseId: identifier.nullable(), by: actor }),
    async ({ presence }, { caseId, by }) => {
      await presence.look(caseId, by)
      return {}
    },
  ),
  'claim.take': request(
    z.object({ caseId: identifier, by: actor, isTakenOver: z.boolean() }),
    async ({ presence }, { caseId, by, isTakenOver }) => {
      await presence.take(caseId, by, isTakenOver)
      return {}
    },
  ),
  'claim.release': request(z.object({ caseId: identifier }), async ({ presence }, { caseId }) => {
    await presence.release(caseId)
    return {}
  }),

  'lease.take': request(
    z.object({ cameraId: identifier, by: actor, isTakenOver: z.boolean() }),
    async ({ presence }, { cameraId, by, isTakenOver }) => {
      await presence.takeLease(cameraId, by, isTakenOver)
      return {}
    },
  ),
  'lease.release': request(z.object({ cameraId: identifier }), async ({ presence }, { cameraId }) => {
    await presence.releaseLease(cameraId)
    return {}
  }),

  'account.signIn': request(z.object({ account: identifier, password: z.string().min(1).max(200) }), signIn),
  'account.signOut': request(z.object({ sessionToken: z.string().min(16).max(500) }), async ({ accounts }, body) => {
    await accounts.signOut(body.sessionToken)
    return {}
  }),
}
