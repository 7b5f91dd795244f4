/**
 * Answers WS-Discovery probes (WS-Discovery 1.0, April 2005) for the simulated ONVIF cameras, one message for each.
 * Only probes from this machine are answered: the addresses in the answer mean nothing elsewhere.
 */
import { createSocket, type RemoteInfo, type Socket } from 'node:dgram'
import { once } from 'node:events'
import { networkInterfaces } from 'node:os'
import { escapeXml, parseEnvelope, text } from './onvif/soap.ts'

export interface Discoverable {
  /** Stable for a camera: it becomes its `urn:uuid:` address. */
  uuid: string
  scopes: string[]
  /** Address of its device service. */
  address: string
}
export interface DiscoveryOptions {
  devices: Discoverable[]
  /** 3702 (usual), or 0 for a port of its own, which only unicast probes reach. */
  port: number
  log: (message: string) => void
}
export interface Discovery {
  port: number
  /** Networks (by own address) on which multicast probes are heard. */
  networks: string[]
  close: () => Promise<void>
}

const group = '239.255.255.250'
const discoveryNamespace = 'http://schemas.xmlsoap.org/ws/2005/04/discovery'
const addressingNamespace = 'http://schemas.xmlsoap.org/ws/2004/08/addressing'
const answeredTypes = new Set(['NetworkVideoTransmitter', 'Device'])

/** Null, with the reason in the log, when the port cannot be had: discovery is not worth failing for. */
export async function openDiscovery(options: DiscoveryOptions): Promise<Discovery | null> {
  const socket = createSocket({ type: 'udp4', reuseAddr: true })
  try {
    socket.bind(options.port)
    await once(socket, 'listening')
  } catch (problem) {
    socket.close()
    options.log(`discovery: not answering probes: ${String(problem)}`)
    return null
  }
  const networks = ownAddresses().filter((address) => join(socket, address))
  if (networks.length === 0)
    options.log('discovery: no network takes part in multicast, only direct probes are answered')
  socket.on('error', (problem) => options.log(`discovery: ${String(problem)}`))
  socket.on('message', (message, from) => answer(socket, message.toString('utf8'), from, options.devices))
  return {
    port: socket.address().port,
    networks,
    close: async () => {
      socket.close()
      await once(socket, 'close')
    },
  }
}

function ownAddresses(): string[] {
  return Object.values(networkInterfaces()).flatMap((entries) =>
    (entries ?? []).filter(({ family }) => family === 'IPv4').map(({ address }) => address),
  )
}

function join(socket: Socket, address: string): boolean {
  try {
    socket.addMembership(group, address)
    return true
  } catch {
    return false
  }
}

function answer(socket: Socket, message: string, from: RemoteInfo, devices: Discoverable[]): void {
  const probe = parseEnvelope(message)
  const messageId = text(probe?.header, 'MessageID')
  if (probe?.operation !== 'Probe' || messageId === null || !ownAddresses().includes(from.address)) return
  if (!asksForCameras(text(probe.body, 'Types'))) return
  for (const device of devices) socket.send(probeMatches(device, messageId), from.port, from.address)
}

/** A probe without types asks for everything; prefixes are the sender's own. */
function asksForCameras(types: string | null): boolean {
  const wanted = (types ?? '').split(/\s+/).filter(Boolean)
  return wanted.length === 0 || wanted.some((type) => answeredTypes.has(type.replace(/^.*:/, '')))
}

function probeMatches({ uuid, scopes, address }: Discoverable, relatesTo: string): string {
  const header =
    `<a:MessageID>urn:uuid:${crypto.randomUUID()}</a:MessageID><a:RelatesTo>${escapeXml(relatesTo)}</a:RelatesTo>` +
    `<a:To>${addressingNamespace}/role/anonymous</a:To><a:Action>${discoveryNamespace}/ProbeMatches</a:Action>`
  const match =
    `<a:EndpointReference><a:Address>urn:uuid:${uuid}</a:Address></a:EndpointReference>` +
    `<d:Types>dn:NetworkVideoTransmitter tds:Device</d:Types><d:Scopes>${escapeXml(scopes.join(' '))}</d:Scopes>` +
    `<d:XAddrs>${escapeXml(address)}</d:XAddrs><d:MetadataVersion>1</d:MetadataVersion>`
  return (
    '<?xml version="1.0" encoding="UTF-8"?>' +
    `<s:Envelope xmlns:s="http://www.w3.org/2003/05/soap-envelope" xmlns:a="${addressingNamespace}" xmlns:d="${discoveryNamespace}" ` +
    'xmlns:dn="http://www.onvif.org/ver10/network/wsdl" xmlns:tds="http://www.onvif.org/ver10/device/wsdl">' +
    `<s:Header>${header}</s:Header><s:Body><d:ProbeMatches><d:ProbeMatch>${match}</d:ProbeMatch></d:ProbeMatches></s:Body></s:Envelope>`
  )
}
