/** Serves the connections of workstations: handshake, welcome, and one answer to every request. */
import type { Logger } from 'pino'
import type { Namespace, Socket } from 'socket.io'
import { protocolVersion, type Welcome } from '../../../native/hub/protocol.ts'
import type { Answer, Claims } from './claims.ts'
import { type Caller, checkHandshake, type SubCenterOf } from './handshake.ts'
import type { Misbehaviour } from './faulty-hub.ts'
import type { AlterReply } from './hub.ts'
import { HubFault } from './hub-fault.ts'
import { createPresence } from './presence.ts'
import { type Answering, type AskedState, type RequestContext, requests } from './requests.ts'
import type { Snapshots } from './snapshots.ts'

/** The state is this process's own or behind a database server: whatever is asked of it is awaited. */
export interface ServiceParts extends AskedState {
  epoch: string
  claims: Claims
  subCenterOf: SubCenterOf
  describe: (subCenter: string) => Answer<Described>
  /** Those of one connection. */
  openSnapshots: (subCenter: string) => Answering<Snapshots>
  clock: () => number
  log: Logger
  hooks: { alterReply: AlterReply | null; misbehave: Misbehaviour | null }
}
interface Described {
  name: string
  head: number
}
/** What a connection that was accepted carries until it is served. */
interface Accepted extends Caller {
  welcome: Welcome
}

const internal = { code: 'internal', message: 'the hub failed; its log says why' }

export function serveWorkstations(space: Namespace, parts: ServiceParts): void {
  space.use((socket, next) => {
    void receive(socket, parts).then((checked) => {
      if (!('refusal' in checked)) {
        socket.data = checked
        return next()
      }
      parts.log.warn({ address: socket.handshake.address, ...checked.refusal }, 'workstation refused')
      next(Object.assign(new Error(checked.refusal.message), { data: checked.refusal }))
    })
  })
  space.on('connection', (socket) => serve(space, socket, parts))
}

/** The welcome is written before the connection is in its sub-center's room: so nothing can be sent before it. */
async function receive({ handshake }: Socket, parts: ServiceParts): Promise<Accepted | { refusal: typeof internal }> {
  const { epoch, clock, log } = parts
  try {
    const caller = await checkHandshake(parts.subCenterOf, handshake.auth)
    if ('refusal' in caller) return caller
    const { name, head } = await parts.describe(caller.subCenter)
    const subCenter = { code: caller.subCenter, name }
    return { ...caller, welcome: { protocol: protocolVersion, hubTime: clock(), epoch, head, subCenter } }
  } catch (error) {
    log.error({ error: String(error) }, 'a handshake could not be checked')
    return { refusal: internal }
  }
}

function serve(space: Namespace, socket: Socket, parts: ServiceParts): void {
  const { welcome, ...caller } = socket.data as Accepted
  socket.data = caller
  const { subCenter, workstation } = caller
  const { epoch, clock, feed, accounts, operations, instructions, documents, log } = parts
  const snapshots = parts.openSnapshots(subCenter)
  const person = (...who: Parameters<typeof accounts.person>) => accounts.person(...who)
  const presence = createPresence({ space, claims: parts.claims, person, clock }, socket)
  const announce = () =>
    void presence.announce().catch((error: unknown) => log.warn({ error: String(error) }, 'presence was not told'))
  const context: RequestContext = {
    ...{ ...caller, log, epoch, clock, feed, accounts, operations, instructions, documents, snapshots, presence },
  }
  log.info({ workstation, subCenter }, 'workstation connected')
  void socket.join(subCenter)
  socket.onAny((event: string, ...args: unknown[]) => void answer(event, args, context, parts))
  socket.once('disconnect', (reason) => {
    void snapshots.closeAll()
    announce()
    log.info({ workstation, reason }, 'workstation left')
  })
  socket.emit('welcome', welcome)
  announce()
}

/** A request without an acknowledgement function cannot be answered, so it is not done either. */
async function answer(event: string, args: unknown[], context: RequestContext, parts: ServiceParts): Promise<void> {
  const acknowledge = args.at(-1)
  if (typeof acknowledge !== 'function') {
    parts.log.warn({ event }, 'event without acknowledgement ignored')
    return
  }
  const { alterReply, misbehave } = parts.hooks
  const carry = (body: unknown, clientId = context.clientId) =>
    carryOut(event, body, { ...context, clientId }, parts.log)
  const body = args.length === 2 ? args[0] : undefined
  const reply = misbehave ? await misbehave({ event, body }, carry) : await carry(body)
  const sent = alterReply && reply ? alterReply(event, reply) : reply
  if (sent !== undefined) acknowledge(sent)
}

async function carryOut(event: string, body: unknown, context: RequestContext, log: Logger): Promise<object> {
  try {
    const request = Object.hasOwn(requests, event) ? requests[event] : undefined
    if (!request) throw new HubFault('unsupported', 'this hub does not know this request')
    return { ok: true, ...(await request(context, body)) }
  } catch (error) {
    const { code, message } = error instanceof HubFault ? error : internal
    log[code === 'internal' ? 'error' : 'info']({ event, code, error: String(error) }, 'request refused')
    return { ok: false, fault: { code, message } }
  }
}
