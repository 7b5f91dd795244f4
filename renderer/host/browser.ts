/** The kiosk host: a page served by the native program on 127.0.0.1, talking to it over a WebSocket of the same origin. */
import { createORPCClient } from '@orpc/client'
import { RPCLink } from '@orpc/client/websocket'
import { EntryRefused, type Host } from './host.ts'

/** The close code of a socket whose page has no valid cookie. */
const notAdmitted = 4401

/** Takes the one-time ticket out of the address, so that it stays neither in the history nor on the screen. */
function takeTicket(location: Location, history: History): string | null {
  const ticket = /^#\/enter\/([\w-]+)/.exec(location.hash)?.[1] ?? null
  if (ticket) history.replaceState(null, '', `${location.pathname}#/`)
  return ticket
}

/** Changes the ticket for a cookie. A used ticket is no harm where an earlier cookie still holds: the socket decides. */
async function enter(ticket: string, signal: AbortSignal): Promise<void> {
  const answer = await fetch('/enter', {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ ticket }),
    signal,
  })
  if (!answer.ok && answer.status !== 401) throw new Error(`The native program answered ${answer.status}.`)
}

/** Resolves when the socket is open; closes it when the signal comes first. */
function opening(socket: WebSocket, closed: Promise<CloseEvent>, signal: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    const abort = () => socket.close()
    signal.addEventListener('abort', abort, { once: true })
    const settle = () => signal.removeEventListener('abort', abort)
    socket.addEventListener('open', () => (settle(), resolve()), { once: true })
    void closed.then(({ code }) => {
      settle()
      reject(code === notAdmitted ? new EntryRefused() : new Error(`The connection was closed (${code}).`))
    })
  })
}

/** Where the browser tells of several screens, and is allowed to: fills the screen of this number, else says nothing of a place. */
async function placeOn(number: number): Promise<string> {
  const { isExtended } = window.screen as Screen & { isExtended?: boolean }
  const { getScreenDetails } = window as Window & { getScreenDetails?: () => Promise<{ screens: Place[] }> }
  if (!isExtended || !getScreenDetails) return ''
  const details = await getScreenDetails.call(window).catch(() => null)
  const screens = details?.screens.toSorted(
    (one, other) => Number(other.isPrimary) - Number(one.isPrimary) || one.left - other.left,
  )
  const place = screens?.[number % screens.length]
  if (!place) return ''
  return `,left=${place.availLeft},top=${place.availTop},width=${place.availWidth},height=${place.availHeight}`
}
type Place = Record<'left' | 'availLeft' | 'availTop' | 'availWidth' | 'availHeight', number> & { isPrimary: boolean }

export function browserHost(): Host {
  let ticket = takeTicket(window.location, window.history)
  let refused = false
  // A new address typed over this page changes only the fragment: start afresh with it, before the router takes it for
  // an address of its own and replaces it.
  window.addEventListener('popstate', (event) => {
    if (!window.location.hash.startsWith('#/enter/')) return
    event.stopImmediatePropagation()
    window.location.reload()
  })
  return {
    async connect(signal) {
      // A page that is not admitted learns it by the close of a socket that had opened: say so at the next attempt.
      if (refused) {
        refused = false
        throw new EntryRefused()
      }
      if (ticket) {
        await enter(ticket, signal)
        ticket = null
      }
      const scheme = window.location.protocol === 'https:' ? 'wss' : 'ws'
      const socket = new WebSocket(`${scheme}://${window.location.host}/rpc`)
      const closed = new Promise<CloseEvent>((ended) => socket.addEventListener('close', ended, { once: true }))
      void closed.then(({ code }) => (refused = code === notAdmitted))
      await opening(socket, closed, signal)
      return {
        client: createORPCClient(new RPCLink({ websocket: socket })),
        closed: closed.then(() => undefined),
        close: () => socket.close(),
      }
    },
    can: (capability) => capability === 'save-files',
    displays: async () => [],
    async openWall(number) {
      const features = `popup${await placeOn(number)}`
      const address = `${window.location.pathname}#/wall?window=${number}`
      const opened = window.open(address, `console-wall-${number}`, features)
      if (!opened) throw new Error('The browser lets no window open.')
      opened.focus()
    },
  }
}
