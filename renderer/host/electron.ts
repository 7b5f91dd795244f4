/** The Electron host: asks the shell's preload for a port to the native program and talks over it. */
import { createORPCClient } from '@orpc/client'
import { RPCLink } from '@orpc/client/message-port'
import { type Connection, EntryRefused, type Host } from './host.ts'
import { isPortMessage, type LinkTarget, type WorkstationBridge } from './workstation-bridge.ts'

/** Resolves with the port that belongs to this request; the preload posts it before the answer arrives. */
function portFor(request: number, signal: AbortSignal): Promise<MessagePort> {
  return new Promise((resolve, reject) => {
    const done = new AbortController()
    signal.addEventListener('abort', () => (done.abort(), reject(signal.reason as Error)), { signal: done.signal })
    const take = ({ source, data, ports }: MessageEvent) => {
      if (source !== window || !isPortMessage(data) || data.request !== request || !ports[0]) return
      done.abort()
      resolve(ports[0])
    }
    window.addEventListener('message', take, { signal: done.signal })
  })
}

function connectionOver(port: MessagePort): Connection {
  let ended: () => void
  const closed = new Promise<void>((resolve) => (ended = resolve))
  port.addEventListener('close', () => ended())
  const client: Connection['client'] = createORPCClient(new RPCLink({ port }))
  port.start()
  return {
    client,
    closed,
    close() {
      port.close()
      // A port tells only the other end that it was closed.
      port.dispatchEvent(new Event('close'))
    },
  }
}

/** The desk that shows what a link names. */
function addressOf({ kind, id }: LinkTarget): string {
  const name = encodeURIComponent(id)
  return kind === 'case' ? `#/dispatch/${name}` : `#/wall?camera=${name}`
}

export function electronHost(bridge: WorkstationBridge = window.workstation as WorkstationBridge): Host {
  let requests = 0
  bridge.onLink((target) => {
    window.location.hash = addressOf(target)
  })
  return {
    async connect(signal) {
      signal.throwIfAborted()
      const request = ++requests
      const given = new AbortController()
      const port = portFor(request, AbortSignal.any([signal, given.signal]))
      // Handled here as well, so that an answer without a port leaves no unhandled rejection behind.
      port.catch(() => undefined)
      const answer = await bridge.connect(request)
      if (answer === 'connected') return connectionOver(await port)
      given.abort()
      throw answer === 'refused' ? new EntryRefused() : new Error('The native program cannot be reached.')
    },
    can: () => true,
    displays: () => bridge.displays(),
    openWall: (number, display) => bridge.openWall(number, display ?? null),
  }
}
