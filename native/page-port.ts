/**
 * Shows a page's port as a socket, so that both hosts serve the contract with the same handler.
 * oRPC's handler for ports would leave a frame that is no message as an unhandled rejection; the one for sockets logs it.
 */
import type { RPCHandler } from '@orpc/server/ws'

/** The larger ones are not commands of ours; the kiosk has the same limit. */
const maxMessageLength = 1_000_000

/** The shell's end of a MessageChannel, as a utility process sees it. */
export interface PagePort {
  postMessage(message: unknown): void
  on(event: 'message', listener: (event: { data: unknown }) => void): unknown
  on(event: 'close', listener: () => void): unknown
  start(): void
  close(): void
}

type Socket = Parameters<RPCHandler<Record<never, never>>['upgrade']>[0]

export function asSocket(port: PagePort): Socket {
  const socket = {
    send: (frame: string | ArrayBufferView | ArrayBuffer) => port.postMessage(frame),
    addEventListener(event: 'message' | 'close', listener: (event: { data: unknown }) => void) {
      if (event === 'close') {
        port.on('close', () => listener({ data: null }))
        return
      }
      port.on('message', ({ data }) => {
        const length = typeof data === 'string' ? data.length : data instanceof Uint8Array ? data.byteLength : Infinity
        if (length <= maxMessageLength) listener({ data })
        else port.close()
      })
      port.start()
    },
  }
  return socket as unknown as Socket
}
