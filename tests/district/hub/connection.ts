/** Serves the connections of workstations: handshake, welcome, and one answer to every request. */
import type { Logger } from 'pino'
import type { Namespace, Socket } from 'socket.io'
import { protocolVersion, type Welcome } from '../../../native/hub/protocol.ts'
import type { Accounts } from './accounts.ts'
import type { Feed } from './feed.ts'
import { type Caller, checkHandshake } from './handshake.ts'
import type { Misbehaviour } from './faulty-hub.ts'
import type { AlterReply } from './hub.ts'
import { HubFault } from './hub-fault.ts'
import type { Instructions } from './instructions.ts'
import type { Operations } from './operations.ts'
import { createPresence } from './presence.ts'
import type { Claims } from './claims.ts'
import { type RequestContext, requests } from './requests.ts'
import { createSnapshots } from './snapshots.ts'
import type { StateFile } from './state-file.ts'

export interface ServiceParts {
  file: StateFile
  /** Of the state file: a snapshot reads it through a connection of its own. */
  path: string
  epoch: string
  feed: Feed
  accounts: Accounts
  operations: Operations
  instructions: Instructions
  claims: Claims
  clock: () => number
  log: Logger
  hooks: { alterReply: AlterReply | null; misbehave: Misbehaviour | null }
}

export function serveWorkstations(space: Namespace, parts: ServiceParts): void {
  space.use((socket, next) => {
    const checked = checkHandshake(parts.file, socket.handshake.auth)
    if ('refusal' in checked) {
      parts.log.warn({ address: socket.handshake.address, ...checked.refusal }, 'workstation refused')
      next(Object.assign(new Error(checked.refusal.message), { data: checked.refusal }))
      return
    }
    socket.data = checked
    next()
  })
  space.on('connection', (socket) => serve(space, socket, parts))
}

function serve(space: Namespace, socket: Socket, parts: ServiceParts): void {
  const caller = socket.data as Caller
  const { subCenter, workstation } = caller
  const { epoch, clock, feed, accounts, operations, instructions, log } = parts
  const snapshots = createSnapshots(parts.path, subCenter)
  const person = (...who: Parameters<Accounts['person']>) => accounts.person(...who)
  const presence = createPresence({ space, claims: parts.claims, person, clock }, socket)
  const announce = () =>
    void presence.announce().catch((error: unknown) => log.warn({ error: String(error) }, 'presence was not told'))
  const context: RequestContext = {
    ...{ ...caller, log, epoch, clock, feed, accounts, operations, instructions, snapshots, presence },
  }
  log.info({ workstation, subCenter }, 'workstation connected')
  void socket.join(subCenter)
  socket.onAny((event: string, ...args: unknown[]) => void answer(event, args, context, parts))
  socket.once('disconnect', (reason) => {
    snapshots.closeAll()
    announce()
    log.info({ workstation, reason }, 'workstation left')
  })
  socket.emit('welcome', welcome(parts, subCenter))
  announce()
}

function welcome({ file, feed, epoch, clock }: ServiceParts, subCenter: string): Welcome {
  const row = file.prepare<[string], { name: string }>('SELECT name FROM sub_centers WHERE code = ?').get(subCenter)
  return {
    protocol: protocolVersion,
    hubTime: clock(),
    epoch,
    head: feed.head(subCenter),
    subCenter: { code: subCenter, name: row?.name ?? subCenter },
  }
}

/** A request without an acknowledgement function cannot be answered, so it is not done either. */
async function answer(event: string, args: unknown[], context: RequestContext, parts: ServiceParts): Promise<void> {
  const acknowledge = args.at(-1)
  if (typeof acknowledge !== 'function') {
    parts.log.warn({ event }, 'event without acknowledgement ignored')
    return
  }
  const { alterReply, misbehave } = parts.hooks
  const carry = (body: unknown) => carryOut(event, body, context, parts.log)
  const body = args.length === 2 ? args[0] : undefined
  const reply = misbehave ? await misbehave({ event, body, clientId: context.clientId }, carry) : await carry(body)
  const sent = alterReply && reply ? alterReply(event, reply) : reply
  if (sent !== undefined) acknowledge(sent)
}

async function carryOut(event: string, body: unknown, context: RequestContext, log: Logger): Promise<object> {
  try {
    const request = Object.hasOwn(requests, event) ? requests[event] : undefined
    if (!request) throw new HubFault('unsupported', 'this hub does not know this request')
    return { ok: true, ...(await request(context, body)) }
  } catch (error) {
    const { code, message } =
      error instanceof HubFault ? error : { code: 'internal', message: 'the hub failed; its log says why' }
    log[code === 'internal' ? 'error' : 'info']({ event, code, error: String(error) }, 'request refused')
    return { ok: false, fault: { code, message } }
  }
}
