/** Chapter 1: the transport, looked at with raw TLS, HTTPS and WebSocket. */
import { request } from 'node:https'
import { isIP } from 'node:net'
import { checkServerIdentity, connect, type ConnectionOptions, type PeerCertificate } from 'node:tls'
import { WebSocket } from 'ws'
import { maxMessageBytes, namespace } from '../../native/hub/protocol.ts'
import type { Line } from './line.ts'
import { brief, Broken, must, NotSeen, type Rule, rule, should, unseen } from './rule.ts'
import { authOf, codeIn, type Reply, type Target } from './wire.ts'

const trust = ({ ca, isUnverified }: Target) => ({ ...(ca === null ? {} : { ca }), rejectUnauthorized: !isUnverified })

interface Greeting {
  protocol: string | null
  certificate: PeerCertificate
  isTrusted: boolean
}

function greet(target: Target, options: ConnectionOptions): Promise<Greeting> {
  const { hostname, port } = new URL(target.url)
  return new Promise((resolve, reject) => {
    const servername = isIP(hostname) ? {} : { servername: hostname }
    const socket = connect({ host: hostname, port: Number(port || 443), ...servername, ...trust(target), ...options })
    socket.setTimeout(target.patienceMs, () => socket.destroy(new Error('no answer')))
    socket.once('error', reject)
    socket.once('secureConnect', () => {
      const [protocol, certificate] = [socket.getProtocol(), socket.getPeerCertificate()]
      resolve({ protocol, certificate, isTrusted: socket.authorized })
      socket.destroy()
    })
  })
}

async function checkTls({ target }: Line): Promise<string> {
  const { protocol, certificate, isTrusted } = await greet(target, {})
  must(protocol === 'TLSv1.2' || protocol === 'TLSv1.3', `the hub chose ${protocol}`)
  must(certificate.subjectaltname, 'the certificate has no subject alternative names')
  const wrong = checkServerIdentity(new URL(target.url).hostname, certificate)
  must(!wrong, `the certificate: ${wrong?.message}`)
  const old = { minVersion: 'TLSv1', maxVersion: 'TLSv1.1', ciphers: 'DEFAULT@SECLEVEL=0' } as const
  const spoken = await greet(target, old).catch(() => null)
  must(spoken === null, `the hub also speaks ${spoken?.protocol}`)
  if (!isTrusted) throw new NotSeen('the certificate’s authority is not known here: give --ca FILE')
  return `${protocol}, ${certificate.subjectaltname}`
}

function pollingStatus(target: Target): Promise<number> {
  return new Promise((resolve, reject) => {
    const asked = request(new URL('/socket.io/?EIO=4&transport=polling', target.url), trust(target), (response) => {
      response.resume()
      resolve(response.statusCode ?? 0)
    })
    asked.setTimeout(target.patienceMs, () => asked.destroy(new Error('no answer to a polling request')))
    asked.once('error', reject)
    asked.end()
  })
}

interface RawFrame {
  isBinary: boolean
  text: string
}

/** Speaks Engine.IO and socket.io by hand: opens, joins the namespace, pings, pulls a page; all frames that came. */
function speakByHand(target: Target): Promise<RawFrame[]> {
  const url = new URL('/socket.io/?EIO=4&transport=websocket', target.url)
  url.protocol = 'wss:'
  return new Promise((resolve, reject) => {
    const frames: RawFrame[] = []
    const socket = new WebSocket(url, trust(target))
    const timer = setTimeout(
      () => end(new Broken(`after ${frames.length} frames nothing more came`)),
      target.patienceMs,
    )
    const end = (error?: Error) => {
      clearTimeout(timer)
      socket.terminate()
      if (error) reject(error)
      else resolve(frames)
    }
    socket.once('error', end)
    socket.on('message', (data: Buffer, isBinary) => {
      const text = data.toString('utf8')
      frames.push({ isBinary, text })
      if (text.startsWith('0')) socket.send(`40${namespace},${JSON.stringify(authOf(target))}`)
      if (text === '2') socket.send('3')
      if (text.startsWith(`42${namespace},["welcome"`)) {
        const { epoch } = (JSON.parse(text.slice(text.indexOf('['))) as [string, Reply])[1]
        socket.send(`42${namespace},7${JSON.stringify(['feed.pull', { epoch, cursor: 0, limit: 100 }])}`)
      }
      if (text.startsWith(`43${namespace},7`)) end()
      if (text.startsWith(`44${namespace},`)) end(new Broken(`the hub refused: ${brief(text)}`))
    })
  })
}

const packetOf = (frames: readonly RawFrame[], begin: string): Reply => {
  const found = frames.find(({ text }) => text.startsWith(begin))
  if (!found) throw new Broken(`no packet ${begin} came`)
  return JSON.parse(found.text.slice(begin.length)) as Reply
}

async function checkPings({ target }: Line): Promise<string> {
  const { pingInterval, pingTimeout } = packetOf(await speakByHand(target), '0')
  const seen = `pings every ${String(pingInterval)} ms, gives up after ${String(pingTimeout)} ms`
  should(Number(pingInterval) + Number(pingTimeout) <= 4000, seen)
  return seen
}

async function checkLargeMessage(line: Line): Promise<string> {
  const wire = await line.connect()
  const padding = 'x'.repeat(maxMessageBytes - 200)
  must(
    codeIn(await wire.ask('link.ping', { sentAt: Date.now(), padding })) === 'ok',
    'a message of 999,900 bytes was refused',
  )
  return 'took 999,900 bytes; larger ones from the hub would have ended a connection'
}

export const transport: readonly Rule[] = [
  rule(
    'R-01',
    'socket.io protocol 5 over Engine.IO 4 at /socket.io/, namespace /workstation',
    [],
    async ({ target }) => {
      const frames = await speakByHand(target)
      must(packetOf(frames, '0')['sid'], 'the Engine.IO open packet has no sid')
      must(packetOf(frames, `40${namespace},`)['sid'], 'the CONNECT answer has no sid')
    },
  ),
  rule('R-02', 'TLS 1.2 or later; the certificate names the host', [], checkTls),
  rule('R-03', 'WebSocket is the only transport', [], async ({ target }) => {
    const status = await pollingStatus(target)
    should(status >= 400, `long polling was answered ${status}`)
    return `long polling is answered ${status}`
  }),
  rule('R-04', 'messages of up to 1,000,000 bytes are taken', [], checkLargeMessage),
  rule('R-05', 'a half-open link is found within 4 s', [], checkPings),
  rule('R-06', 'connection state recovery is off', [], async ({ target }) => {
    const { pid } = packetOf(await speakByHand(target), `40${namespace},`)
    must(pid === undefined, 'the CONNECT answer offers recovery (pid)')
  }),
  rule('R-07', 'messages are JSON in UTF-8 text', [], async ({ target }) => {
    const frames = await speakByHand(target)
    must(!frames.some(({ isBinary }) => isBinary), 'a binary frame came')
    for (const { text } of frames.filter((one) => /^4[23]/.test(one.text))) JSON.parse(text.slice(text.indexOf('[')))
  }),
  unseen('R-14', 'only a hash of the token is kept, compared in constant time', 'it is inside the hub'),
]
