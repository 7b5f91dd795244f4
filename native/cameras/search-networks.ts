/** Asks on every network of this workstation which cameras are there. */
import { createSocket, type Socket } from 'node:dgram'
import { once } from 'node:events'
import type { NetworkInterfaceInfo } from 'node:os'
import type { Clock } from '../clock.ts'
import type { DiscoveryState, FoundDevice, SearchedNetwork } from '../contract/discovery.ts'
import { probeMessage, probedTypes, readProbeMatches, type ProbeMatch, scopeValue } from './probe-messages.ts'

export interface SearchOptions {
  /** As `os.networkInterfaces()` gives them. */
  cards: NodeJS.Dict<NetworkInterfaceInfo[]>
  /** The camera of the registry that answers at this address. */
  cameraAt: (deviceUrl: string) => string | null
  /** Whenever something was found or could not be asked. */
  changed: () => void
  newId: () => string
  signal: AbortSignal
  clock: Clock
  /** 3702 unless told. */
  port?: number
  /** How long answers are waited for, in ms; 4 seconds unless told. */
  limitMs?: number
}

/** Where ONVIF devices listen for probes (WS-Discovery 1.0 section 2.4). */
const group = '239.255.255.250'
/** Datagrams get lost: each probe goes out more than once (the devices answer each message id once). */
const repeatsMs = [0, 300, 900]
const mostDevices = 2_000

export interface Search {
  state(): DiscoveryState
  /** Resolves when the search is over, for whatever reason. */
  finished: Promise<void>
}

/** Only IPv4: ONVIF requires it of devices, and IPv6 groups are seldom routed on camera networks. The loopback is asked too when it is all there is. */
export function networksOf(cards: SearchOptions['cards']): SearchedNetwork[] {
  const all = Object.entries(cards).flatMap(([card, entries]) =>
    (entries ?? []).filter(({ family }) => family === 'IPv4').map((entry) => ({ card, entry })),
  )
  const outer = all.filter(({ entry }) => !entry.internal)
  return (outer.length > 0 ? outer : all).map(({ card, entry }) => ({
    ...{ card, address: entry.address, range: entry.cidr ?? entry.address },
    ...{ problem: null, found: [] },
  }))
}

export function searchNetworks(options: SearchOptions): Search {
  const networks = networksOf(options.cards)
  let isRunning = true
  const asked = networks.map((network) => searchOne(network, options))
  const finished = Promise.all(asked).then(() => {
    isRunning = false
    options.changed()
  })
  return {
    state: () => ({ isRunning, networks: networks.map((network) => ({ ...network, found: [...network.found] })) }),
    finished,
  }
}

async function searchOne(network: SearchedNetwork, options: SearchOptions): Promise<void> {
  const { signal, clock, changed, port = 3702, limitMs = 4_000 } = options
  const socket = createSocket('udp4')
  const failed = new AbortController()
  socket.on('error', (error) => failed.abort(error))
  try {
    socket.bind(0, network.address)
    await once(socket, 'listening', { signal: AbortSignal.any([signal, failed.signal]) })
    socket.setMulticastInterface(network.address)
    // A camera network may be some hops away, but no further than this site.
    socket.setMulticastTTL(4)
    const messageIds = new Map(probedTypes.map((types) => [`urn:uuid:${options.newId()}`, types]))
    const known = new Set(messageIds.keys())
    socket.on('message', (message) => {
      const matches = readProbeMatches(message.toString('utf8'), known)
      if (take(network, matches, options.cameraAt)) changed()
    })
    const ending = AbortSignal.any([signal, failed.signal])
    let passed = 0
    for (const at of [...repeatsMs, limitMs]) {
      if (at > passed) await clock.sleep(at - passed, ending)
      passed = Math.max(at, passed)
      if (at < limitMs) for (const [id, types] of messageIds) await send(socket, probeMessage(id, types), port)
    }
  } catch (error) {
    if (signal.aborted) return
    network.problem = String((failed.signal.reason as Error | undefined) ?? error).slice(0, 200)
    changed()
  } finally {
    socket.close()
  }
}

function send(socket: Socket, message: string, port: number): Promise<void> {
  return new Promise((resolve, reject) => {
    socket.send(message, port, group, (error) => (error ? reject(error) : resolve()))
  })
}

/** True when something new was found. */
function take(network: SearchedNetwork, matches: ProbeMatch[], cameraAt: SearchOptions['cameraAt']): boolean {
  let isNew = false
  for (const match of matches) {
    if (network.found.length >= mostDevices || network.found.some(({ endpoint }) => endpoint === match.endpoint)) {
      continue
    }
    network.found.push(found(match, network.address, cameraAt))
    isNew = true
  }
  return isNew
}

function found(
  { endpoint, scopes, addresses }: ProbeMatch,
  from: string,
  cameraAt: SearchOptions['cameraAt'],
): FoundDevice {
  const isSteerable = scopes.some((scope) => /^onvif:\/\/www\.onvif\.org\/type\/ptz$/i.test(scope))
  // Devices name all their addresses; the one that is like ours is the one to take.
  const deviceUrls = addresses.toSorted((one, other) => alike(other, from) - alike(one, from))
  const cameraId = deviceUrls.map(cameraAt).find((id) => id !== null) ?? null
  return {
    ...{ endpoint, deviceUrls, cameraId, isSteerable },
    name: scopeValue(scopes, 'name'),
    place: scopeValue(scopes, 'location'),
    hardware: scopeValue(scopes, 'hardware'),
  }
}

/** How many leading parts of the address are the same. */
function alike(deviceUrl: string, from: string): number {
  const parts = (URL.parse(deviceUrl)?.hostname ?? '').split('.')
  const first = from.split('.').findIndex((part, at) => part !== parts[at])
  return first === -1 ? 4 : first
}
