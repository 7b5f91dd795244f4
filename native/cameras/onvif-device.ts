/**
 * One ONVIF device: its clock, its services, its video profiles and where they stream. Built on the `onvif` package, of which only single requests are
 * used: its own way of connecting asks for more than needed and hides which request went wrong.
 */
import { Cam, type RequestCallback } from 'onvif'
import type { Logger } from 'pino'
import type { Clock } from '../clock.ts'
import { Fault } from '../fault.ts'
import { within } from '../media/limits.ts'
import { loggable } from '../media/media-unit.ts'
import { cameraFault, lateFault } from './camera-answer.ts'
import { createGuardedAgent, type GuardedAgent } from './guarded-agent.ts'
import { escapeXml } from './onvif-xml.ts'
import { reachableAddress } from './reachable-address.ts'
import { readProfiles, type VideoProfile } from './video-profiles.ts'

const requestMs = 5_000
const maxAnsweredBytes = 4_000_000

export interface OnvifDeviceOptions {
  deviceUrl: string
  credentials: { user: string; password: string } | null
  signal: AbortSignal
  clock: Clock
  log: Logger
  /** For each request in milliseconds; 5 seconds unless told. */
  requestMs?: number
}

export interface OnvifDevice {
  /** The device's clock minus this workstation's in ms, to a second; null when it does not tell. */
  clockOffsetMs: number | null
  profiles(): Promise<VideoProfile[]>
  /** RTSP address of a profile, reachable from here, without user and password. */
  streamUrl(profileToken: string): Promise<string>
  /** HTTP address of a still picture, as `streamUrl`. */
  snapshotUrl(profileToken: string): Promise<string>
  services(): { hasPtz: boolean; hasEvents: boolean; hasMedia2: boolean }
  /** One request of the package, made alone: others wait for its end. Throws `Fault`; `limitMs` is for its answer. */
  request<T>(
    doing: string,
    invoke: (cam: Cam, callback: RequestCallback<T>) => void,
    limitMs?: number,
  ): Promise<T | undefined>
  /** The connections that the package's own ones must share, so that closing cuts them. */
  agent: GuardedAgent['agent']
  close(): void
}

/** Asks for the clock and the services. Throws `Fault`: `offline` with a reason, or `cancelled`. Whoever opens it closes it. */
export async function openOnvifDevice(options: OnvifDeviceOptions): Promise<OnvifDevice> {
  const url = new URL(options.deviceUrl)
  const isSecure = url.protocol === 'https:'
  const guarded = createGuardedAgent(isSecure, maxAnsweredBytes, () => device.breakOff())
  const cam = new Cam({
    hostname: url.hostname.replace(/^\[|\]$/g, ''),
    port: Number(url.port || (isSecure ? 443 : 80)),
    path: url.pathname + url.search,
    useSecure: isSecure,
    agent: guarded.agent,
    timeout: options.requestMs ?? requestMs,
    autoconnect: false,
    ...authentication(options.credentials),
  })
  const device: Device = new Device(cam, guarded, options)
  try {
    await device.open()
    return device
  } catch (error) {
    device.close()
    throw error
  }
}

/**
 * The package writes the user name into XML as it is and hashes passwords as ASCII: with other characters WS-Security would fail, and HTTP
 * Digest, which it falls back to, does not.
 */
function authentication(credentials: OnvifDeviceOptions['credentials']) {
  if (!credentials) return { useWSSecurity: false }
  const { user, password } = credentials
  const isPlain = !/[<>&]/.test(user) && /^[\x20-\x7e]*$/.test(user + password)
  return { username: user, password, useWSSecurity: isPlain }
}

class Device implements OnvifDevice {
  readonly #cam: Cam
  readonly #guarded: GuardedAgent
  readonly #options: OnvifDeviceOptions
  /** HTTP status of the last answer that was read. */
  #status: number | null = null
  #abandon: ((error: Error) => void) | null = null
  /** Ends when the last request that was asked for has. */
  #last: Promise<unknown> = Promise.resolve()
  clockOffsetMs: number | null = null

  constructor(cam: Cam, guarded: GuardedAgent, options: OnvifDeviceOptions) {
    this.#cam = cam
    this.#guarded = guarded
    this.#options = options
    cam.on('rawResponse', (_xml, status) => (this.#status = status))
  }

  async open(): Promise<void> {
    await this.#readClock()
    await this.#ask('GetServices', (callback) => this.#cam.getServices(true, callback)).catch((fault: Fault) => {
      // The first ONVIF version had no GetServices.
      if (fault.reason !== 'camera-answer') throw fault
      return this.#ask('GetCapabilities', (callback) => this.#cam.getCapabilities(callback))
    })
    const { uri } = this.#cam
    if (!uri?.media && !uri?.media2) throw new Fault('offline', 'the device has no media service', 'camera-answer')
  }

  async profiles(): Promise<VideoProfile[]> {
    const ask = () => this.#ask('GetProfiles', (callback) => this.#cam.getProfiles(callback))
    const raw = await ask().catch((fault: Fault) => {
      // Some devices announce Media2 and do not have it.
      if (fault.reason !== 'camera-answer' || !this.#cam.media2Support || !this.#cam.uri?.media) throw fault
      this.#cam.media2Support = false
      return ask()
    })
    return readProfiles(raw)
  }

  async streamUrl(profileToken: string): Promise<string> {
    const answer = await this.#ask('GetStreamUri', (callback) =>
      this.#cam.getStreamUri({ protocol: 'RTSP', profileToken: escapeXml(profileToken) }, callback),
    )
    return this.#addressIn('GetStreamUri', answer, /^rtsp:/)
  }

  async snapshotUrl(profileToken: string): Promise<string> {
    const answer = await this.#ask('GetSnapshotUri', (callback) =>
      this.#cam.getSnapshotUri({ profileToken: escapeXml(profileToken) }, callback),
    )
    return this.#addressIn('GetSnapshotUri', answer, /^https?:/)
  }

  #addressIn(doing: string, answer: unknown, scheme: RegExp): string {
    const uri: unknown = (answer as { uri?: unknown } | undefined)?.uri
    const address = typeof uri === 'string' ? reachableAddress(uri.trim(), this.#options.deviceUrl) : null
    if (!address || !scheme.test(address)) {
      throw new Fault('offline', `${doing}: the answer is no such address`, 'camera-answer')
    }
    const url = new URL(address)
    url.username = ''
    url.password = ''
    this.#options.log.debug({ device: loggable(this.#options.deviceUrl), stream: loggable(url.href) }, 'stream address')
    return url.href
  }

  services() {
    const { uri, media2Support } = this.#cam
    return { hasPtz: Boolean(uri?.ptz), hasEvents: Boolean(uri?.events), hasMedia2: media2Support === true }
  }

  get agent() {
    return this.#guarded.agent
  }

  request<T>(
    doing: string,
    invoke: (cam: Cam, callback: RequestCallback<T>) => void,
    limitMs?: number,
  ): Promise<T | undefined> {
    return this.#ask<T>(doing, (callback) => invoke(this.#cam, callback), limitMs)
  }

  close(): void {
    this.#guarded.close()
  }

  /** The package never calls back when a connection ends in the middle of an answer. A whole answer comes before the end is noticed. */
  breakOff(): void {
    const abandon = this.#abandon
    setImmediate(() => abandon?.(new Error('the connection broke off')))
  }

  /** WS-Security is valid by the device's clock. A device that does not tell it may still be good for the rest. */
  async #readClock(): Promise<void> {
    const { clock, log, deviceUrl } = this.#options
    const told = await this.#ask<Date>('GetSystemDateAndTime', (callback) =>
      this.#cam.getSystemDateAndTime(callback),
    ).catch((fault: Fault) => {
      if (fault.reason !== 'camera-answer' && fault.reason !== 'camera-unauthorized') throw fault
      log.debug({ device: loggable(deviceUrl), problem: fault.message }, 'the device does not tell its time')
      return null
    })
    const time = told instanceof Date ? told.getTime() : Number.NaN
    if (Number.isFinite(time)) this.clockOffsetMs = time - clock.now()
    // The package counts from the start of this process.
    else Object.assign(this.#cam, { timeShift: clock.now() - process.uptime() * 1000 })
  }

  /** One after the other: the package does not say which answer belongs to which request. */
  #ask<T>(doing: string, invoke: (callback: RequestCallback<T>) => void, limitMs?: number): Promise<T | undefined> {
    const asked = this.#last.then(() => this.#askNow(doing, invoke, limitMs))
    this.#last = asked.catch(() => {})
    return asked
  }

  async #askNow<T>(
    doing: string,
    invoke: (callback: RequestCallback<T>) => void,
    limitMs?: number,
  ): Promise<T | undefined> {
    const { clock, signal } = this.#options
    const limit = limitMs ?? this.#options.requestMs ?? requestMs
    this.#guarded.renew()
    const cut = AbortSignal.any([signal, this.#guarded.overflow])
    this.#status = null
    try {
      cut.throwIfAborted()
      const answer = new Promise<T | undefined>((resolve, reject) => {
        this.#abandon = reject
        invoke((error, data) => (error ? reject(error) : resolve(data)))
      })
      return await within(answer, { clock, limit, signal: cut, late: () => lateFault(doing) })
    } catch (error) {
      if (signal.aborted) throw new Fault('cancelled', `${doing}: nobody waits for the camera any more`)
      if (!this.#guarded.overflow.aborted) throw cameraFault(error, doing, this.#status)
      throw new Fault('offline', `${doing}: the camera sends more than ${maxAnsweredBytes} bytes`, 'camera-answer')
    }
  }
}
