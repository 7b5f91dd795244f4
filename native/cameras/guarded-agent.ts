/** HTTP connections to one device that can be cut all at once, and are cut when it sends too much. */
import { Agent as HttpAgent, type AgentOptions } from 'node:http'
import { Agent as HttpsAgent } from 'node:https'
import type { Duplex } from 'node:stream'

export interface GuardedAgent {
  agent: HttpAgent | HttpsAgent
  /** Aborted when the device has sent more than the limit. */
  overflow: AbortSignal
  /** Counts anew: the limit is for one exchange. */
  renew(): void
  /** Destroys every connection, idle or not. */
  close(): void
}

/** `onDrained` is called whenever the last open connection has closed. */
export function createGuardedAgent(isSecure: boolean, maxBytes: number, onDrained: () => void): GuardedAgent {
  const sockets = new Set<Duplex>()
  const overflow = new AbortController()
  let bytes = 0
  const close = () => {
    for (const socket of sockets) socket.destroy()
    agent.destroy()
  }
  const guard = (socket: Duplex) => {
    sockets.add(socket)
    socket.on('close', () => {
      sockets.delete(socket)
      if (sockets.size === 0) onDrained()
    })
    // Nothing is lost by listening early: a server speaks when it has been asked.
    socket.on('data', (chunk: Buffer) => {
      bytes += chunk.byteLength
      if (bytes <= maxBytes) return
      overflow.abort()
      close()
    })
    return socket
  }
  // A connection for each request: one that is kept may be closed by the device just when it is used again.
  const options: AgentOptions = { keepAlive: false }
  const agent = isSecure ? new GuardedHttps(options, guard) : new GuardedHttp(options, guard)
  return { agent, overflow: overflow.signal, renew: () => void (bytes = 0), close }
}

type Guard = (socket: Duplex) => Duplex

class GuardedHttp extends HttpAgent {
  readonly #guard: Guard

  constructor(options: AgentOptions, guard: Guard) {
    super(options)
    this.#guard = guard
  }

  override createConnection(...parameters: Parameters<HttpAgent['createConnection']>): Duplex | null | undefined {
    const socket = super.createConnection(...parameters)
    return socket && this.#guard(socket)
  }
}

class GuardedHttps extends HttpsAgent {
  readonly #guard: Guard

  constructor(options: AgentOptions, guard: Guard) {
    super(options)
    this.#guard = guard
  }

  override createConnection(...parameters: Parameters<HttpsAgent['createConnection']>): Duplex | null | undefined {
    const socket = super.createConnection(...parameters)
    return socket && this.#guard(socket)
  }
}
