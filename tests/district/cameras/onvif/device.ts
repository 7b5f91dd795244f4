/** One ONVIF camera behind `/onvif/CAMERA/`: its three services, who may call them, and its snapshot. */
import type { Credentials, Gate } from '../digest.ts'
import type { HttpReply, HttpRequest } from '../http-front.ts'
import { type DeviceFacts, deviceOperations, openOperations } from './device-operations.ts'
import type { EventSource } from './event-operations.ts'
import { type MediaFacts, mediaOperations } from './media-operations.ts'
import type { PtzHead } from './ptz-head.ts'
import { ptzOperations } from './ptz-operations.ts'
import { envelope, faultBody, faults, type Operation, parseEnvelope, type SoapFault } from './soap.ts'
import { createTokenCheck } from './username-token.ts'

export interface DeviceOptions {
  facts: DeviceFacts & MediaFacts
  credentials: Credentials
  /** HTTP Digest, which is taken as well as WS-Security. */
  gate: Gate
  /** Null for a fixed camera. */
  head: PtzHead | null
  events: EventSource
  /** The newest snapshot as JPEG. */
  snapshot: () => Buffer
}
export type OnvifDevice = (request: HttpRequest) => HttpReply | null

const prefixes = { device_service: 'tds', media_service: 'trt', ptz_service: 'tptz', events_service: 'tev' } as const

export function createOnvifDevice(options: DeviceOptions): OnvifDevice {
  const { facts, credentials, gate, head } = options
  const services: Record<string, Record<string, Operation>> = {
    device_service: deviceOperations(facts),
    media_service: mediaOperations(facts),
    events_service: options.events.operations,
    ...(head ? { ptz_service: ptzOperations(head, facts.cameraNow) } : {}),
  }
  const tokens = createTokenCheck(credentials, facts.cameraNow)

  const soap = (
    service: keyof typeof prefixes,
    operations: Record<string, Operation>,
    request: HttpRequest,
  ): HttpReply => {
    const call = parseEnvelope(request.body)
    if (!call) return fault(faults.notWellFormed)
    if (!openOperations.has(call.operation)) {
      const token = tokens.check(call.header)
      if (token === 'bad') return fault(faults.notAuthorized)
      if (token === 'missing' && !gate.admits(request.method, request.authorization)) return challenge(gate)
    }
    const answer = operations[call.operation]?.(call.body) ?? faults.notSupported
    if (typeof answer !== 'string') return fault(answer)
    const element = `${prefixes[service]}:${call.operation}Response`
    return xml(200, envelope(`<${element}>${answer}</${element}>`))
  }
  return (request) => {
    const [name = ''] = request.rest
    if (name === 'snapshot.jpg') return snapshot(options, request)
    const operations = services[name]
    if (!operations) return null
    return request.method === 'POST'
      ? soap(name as keyof typeof prefixes, operations, request)
      : { status: 405, body: '' }
  }
}

function snapshot({ gate, snapshot: picture }: DeviceOptions, request: HttpRequest): HttpReply {
  if (!gate.admits(request.method, request.authorization))
    return { status: 401, headers: { 'WWW-Authenticate': gate.challenges() }, body: '' }
  return { status: 200, headers: { 'Content-Type': 'image/jpeg', 'Cache-Control': 'no-store' }, body: picture() }
}

function xml(status: number, body: string): HttpReply {
  return { status, headers: { 'Content-Type': 'application/soap+xml; charset=utf-8' }, body }
}

function fault(problem: SoapFault): HttpReply {
  return xml(problem.status, envelope(faultBody(problem)))
}

function challenge(gate: Gate): HttpReply {
  const reply = xml(401, envelope(faultBody(faults.notAuthorized)))
  return { ...reply, headers: { ...reply.headers, 'WWW-Authenticate': gate.challenges() } }
}
