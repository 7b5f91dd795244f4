/** Chapter 2: who may connect, and the first message. */
import { randomUUID } from 'node:crypto'
import * as protocol from '../../native/hub/protocol.ts'
import type { Line } from './line.ts'
import { brief, Broken, must, type Rule, rule } from './rule.ts'
import { pull } from './tail.ts'
import { authOf, codeIn, openWire, Refused, type Reply } from './wire.ts'

async function refusalOf({ target }: Line, changes: object): Promise<Reply> {
  try {
    const wire = await openWire(target, changes)
    wire.close()
  } catch (error) {
    if (error instanceof Refused && error.data) return error.data as Reply
    throw new Broken(`${brief(changes)}: ${String(error)}`)
  }
  throw new Broken(`${brief(changes)} was let in`)
}

/** Every shape that an `auth` must not have. */
const misshapen: readonly object[] = [
  { token: undefined },
  { token: 'short' },
  { token: 17 },
  { clientId: undefined },
  { clientId: 5 },
  { workstation: 'with a space' },
  { workstation: null },
  { app: undefined },
  { protocol: '1' },
]
const strangers = [{ token: `not-${randomUUID()}` }, { workstation: `nobody-${Date.now()}` }]

async function checkRefusals(line: Line): Promise<void> {
  for (const changes of misshapen) {
    const { code } = await refusalOf(line, changes)
    must(code === 'malformed', `${brief(changes)} was refused with ${brief(code)}`)
  }
  const [token, workstation] = [await refusalOf(line, strangers[0] ?? {}), await refusalOf(line, strangers[1] ?? {})]
  must(token['code'] === 'unauthorized', `a wrong token was refused with ${brief(token['code'])}`)
  must(brief(token) === brief(workstation), `told apart: ${brief(token)} and ${brief(workstation)}`)
}

export const handshake: readonly Rule[] = [
  rule('R-08', 'another protocol version is refused first', [], async (line) => {
    for (const changes of [{ protocol: 2 }, { protocol: 99, token: undefined, workstation: {}, clientId: undefined }]) {
      const { code } = await refusalOf(line, changes)
      must(code === 'protocol-unsupported', `${brief(changes)} was refused with ${brief(code)}`)
    }
  }),
  rule('R-09', 'malformed and unauthorized; workstation and token are not told apart', [], checkRefusals),
  rule('R-10', 'a refusal is a connect_error with {code, message}', [], async (line) => {
    for (const changes of [{ protocol: 2 }, ...misshapen.slice(0, 2), ...strangers]) {
      const data = await refusalOf(line, changes)
      must(protocol.refusal.safeParse(data).success, `${brief(changes)} was refused with ${brief(data)}`)
    }
  }),
  rule('R-11', 'a workstation belongs to one sub-center; no request names another', [], async (line) => {
    const [first, second] = [await line.connect(), await line.connect({ subCenter: 'another' })]
    must(brief(first.welcome['subCenter']) === brief(second.welcome['subCenter']), 'an extra field chose a sub-center')
    const { epoch, head } = first.welcome
    const asked = { epoch, cursor: head, limit: 1, subCenter: 'another' }
    must(codeIn(await first.ask('feed.pull', asked)) === 'ok', 'a request that names a sub-center was refused')
  }),
  rule('R-12', 'welcome is the first message', [], async (line) => {
    const wire = await line.connect()
    must(wire.heard[0]?.event === 'welcome', `the first message was ${brief(wire.heard[0]?.event)}`)
    const parsed = protocol.welcome.safeParse(wire.welcome)
    must(parsed.success && parsed.data.protocol === 1, `welcome was ${brief(wire.welcome)}`)
  }),
  rule('R-13', 'connections of one workstation are served independently', [], async (line) => {
    const { clientId } = authOf(line.target)
    const wires = await Promise.all([line.connect({ clientId }), line.connect({ clientId }), line.connect()])
    wires[0]?.close()
    for (const wire of wires.slice(1)) await pull(wire, Number(wire.welcome['head']), 1)
  }),
]
