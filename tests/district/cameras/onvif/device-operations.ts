/** The ONVIF Device service (ver10/device): who the camera is, what time it has, what services it offers. */
import { escapeXml, faults, type Operation, serviceNamespaces } from './soap.ts'

export interface DeviceFacts {
  manufacturer: string
  model: string
  serial: string
  name: string
  place: string
  steerable: boolean
  /** Address of a service of this camera. */
  address: (service: keyof typeof serviceNamespaces) => string
  /** The camera's own clock, ms since 1970. */
  cameraNow: () => number
}

/** May be asked without credentials (Core Specification 5.9.4.3, access class PRE_AUTH). */
export const openOperations: ReadonlySet<string> = new Set([
  'GetSystemDateAndTime',
  'GetCapabilities',
  'GetServices',
  'GetServiceCapabilities',
  'GetHostname',
])

export function deviceOperations(facts: DeviceFacts): Record<string, Operation> {
  return {
    GetSystemDateAndTime: () => systemDateAndTime(facts.cameraNow()),
    GetDeviceInformation: () =>
      `<tds:Manufacturer>${escapeXml(facts.manufacturer)}</tds:Manufacturer><tds:Model>${escapeXml(facts.model)}</tds:Model>` +
      `<tds:FirmwareVersion>V5.6.2 build 180921</tds:FirmwareVersion><tds:SerialNumber>${facts.serial}</tds:SerialNumber>` +
      `<tds:HardwareId>${escapeXml(facts.model)}</tds:HardwareId>`,
    GetHostname: () =>
      `<tds:HostnameInformation><tt:FromDHCP>false</tt:FromDHCP><tt:Name>camera-${facts.serial.slice(-6)}</tt:Name></tds:HostnameInformation>`,
    GetScopes: () => scopes(facts).map(scopeElement).join(''),
    GetCapabilities: () => capabilities(facts),
    GetServices: () =>
      offered(facts)
        .map((service) => serviceElement(serviceNamespaces[service], facts.address(service)))
        .join(''),
    GetServiceCapabilities: () =>
      '<tds:Capabilities><tds:Network IPFilter="false"/><tds:Security UsernameToken="true" HttpDigest="true"/><tds:System DiscoveryBye="false"/></tds:Capabilities>',
    GetNetworkInterfaces: () =>
      '<tds:NetworkInterfaces token="eth0"><tt:Enabled>true</tt:Enabled><tt:Info><tt:Name>eth0</tt:Name><tt:HwAddress>02:00:00:00:00:01</tt:HwAddress><tt:MTU>1500</tt:MTU></tt:Info></tds:NetworkInterfaces>',
    SystemReboot: () => faults.notSupported,
  }
}

function offered({ steerable }: DeviceFacts): (keyof typeof serviceNamespaces)[] {
  return steerable ? ['device', 'media', 'events', 'ptz'] : ['device', 'media', 'events']
}

/** Scopes as discovery and GetScopes give them; words are percent-encoded. */
export function scopes({ name, place, model, steerable }: DeviceFacts): string[] {
  const scope = (kind: string, value: string): string => `onvif://www.onvif.org/${kind}/${encodeURIComponent(value)}`
  return [
    'onvif://www.onvif.org/Profile/Streaming',
    'onvif://www.onvif.org/type/video_encoder',
    ...(steerable ? ['onvif://www.onvif.org/type/ptz'] : []),
    scope('name', name),
    scope('location', place),
    scope('hardware', model),
  ]
}

function scopeElement(scope: string): string {
  return `<tds:Scopes><tt:ScopeDef>Fixed</tt:ScopeDef><tt:ScopeItem>${escapeXml(scope)}</tt:ScopeItem></tds:Scopes>`
}

function serviceElement(namespace: string, address: string): string {
  const version = '<tds:Version><tt:Major>2</tt:Major><tt:Minor>42</tt:Minor></tds:Version>'
  return `<tds:Service><tds:Namespace>${namespace}</tds:Namespace><tds:XAddr>${escapeXml(address)}</tds:XAddr>${version}</tds:Service>`
}

function capabilities(facts: DeviceFacts): string {
  const address = (service: keyof typeof serviceNamespaces): string =>
    `<tt:XAddr>${escapeXml(facts.address(service))}</tt:XAddr>`
  const streaming =
    '<tt:StreamingCapabilities><tt:RTPMulticast>false</tt:RTPMulticast><tt:RTP_TCP>true</tt:RTP_TCP><tt:RTP_RTSP_TCP>true</tt:RTP_RTSP_TCP></tt:StreamingCapabilities>'
  const ptz = facts.steerable ? `<tt:PTZ>${address('ptz')}</tt:PTZ>` : ''
  return `<tds:Capabilities><tt:Device>${address('device')}</tt:Device><tt:Media>${address('media')}${streaming}</tt:Media>${ptz}</tds:Capabilities>`
}

function systemDateAndTime(now: number): string {
  const moment = (milliseconds: number): string => {
    const date = new Date(milliseconds)
    return (
      `<tt:Time><tt:Hour>${date.getUTCHours()}</tt:Hour><tt:Minute>${date.getUTCMinutes()}</tt:Minute><tt:Second>${date.getUTCSeconds()}</tt:Second></tt:Time>` +
      `<tt:Date><tt:Year>${date.getUTCFullYear()}</tt:Year><tt:Month>${date.getUTCMonth() + 1}</tt:Month><tt:Day>${date.getUTCDate()}</tt:Day></tt:Date>`
    )
  }
  const eightHours = 8 * 3_600_000
  return (
    '<tds:SystemDateAndTime><tt:DateTimeType>Manual</tt:DateTimeType><tt:DaylightSavings>false</tt:DaylightSavings>' +
    '<tt:TimeZone><tt:TZ>CST-8</tt:TZ></tt:TimeZone>' +
    `<tt:UTCDateTime>${moment(now)}</tt:UTCDateTime><tt:LocalDateTime>${moment(now + eightHours)}</tt:LocalDateTime></tds:SystemDateAndTime>`
  )
}
