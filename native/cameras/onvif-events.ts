/**
 * What an ONVIF device notices, pulled from it (Core Specification, Event handling: pull point). A subscription that is left ends by itself
 * after two minutes.
 */
import { Fault } from '../fault.ts'
import type { OnvifDevice } from './onvif-device.ts'
import { descend, each, readAnswer, textOf } from './onvif-xml.ts'

export interface DeviceEvent {
  kind: 'motion' | 'tamper' | 'other'
  /** Without prefixes, e.g. `RuleEngine/CellMotionDetector/Motion`. */
  topic: string
  isActive: boolean
}

export interface PullPoint {
  /** Waits up to a minute, if the device does; renews the subscription. */
  pull(): Promise<DeviceEvent[]>
}

/** The device holds an unanswered pull for up to a minute. */
const pullMs = 75_000

/** `deviceUrl`: how it is reached. Faults: `invalid` (it has no events), `offline`. */
export async function openPullPoint(device: OnvifDevice, deviceUrl: string): Promise<PullPoint> {
  if (!device.services().hasEvents) throw new Fault('invalid', 'this device tells no events')
  await device.request<unknown>('CreatePullPointSubscription', (cam, done) =>
    cam.createPullPointSubscription((error, data: unknown) => {
      if (!error) leadTo(data, device, new URL(deviceUrl))
      done(error, data)
    }),
  )
  return {
    async pull() {
      const xml = await device.request<string>(
        'PullMessages',
        (cam, done) => cam.pullMessages({ messageLimit: 50 }, (error, _data, raw) => done(error, raw)),
        pullMs,
      )
      const events = readEvents(xml ?? '')
      await device.request('Renew', (cam, done) => cam.renew({}, done))
      return events
    },
  }
}

/** The subscription's own address may lead nowhere from here, and the package would go there on connections that nobody closes. */
function leadTo(data: unknown, device: OnvifDevice, reached: URL): void {
  const address = (data as { subscriptionReference?: { address?: object } } | undefined)?.subscriptionReference?.address
  if (!address) return
  const hostname = reached.hostname.replace(/^\[|\]$/g, '')
  Object.assign(address, { hostname, host: reached.host, port: reached.port || null, agent: device.agent })
}

export function readEvents(xml: string): DeviceEvent[] {
  return each(readAnswer(xml, 'PullMessages'), 'NotificationMessage').flatMap((notification) => {
    const topic = textOf(descend(notification, 'Topic'))
      .replaceAll(/[\w.-]+:/g, '')
      .slice(0, 200)
    const message = descend(notification, 'Message', 'Message')
    // What was so already when we came is no news.
    if (topic === '' || textOf(descend(message, '@PropertyOperation')) === 'Initialized') return []
    const values = each(descend(message, 'Data'), 'SimpleItem').map((item) => textOf(descend(item, '@Value')))
    const isOver = values.some((value) => /^(false|0)$/i.test(value))
    return [{ kind: kindOf(topic), topic, isActive: !isOver }]
  })
}

function kindOf(topic: string): DeviceEvent['kind'] {
  if (/tamper|GlobalSceneChange|ImageTooBlurry|ImageTooDark|ImageTooBright|SignalLoss/i.test(topic)) return 'tamper'
  return /motion/i.test(topic) ? 'motion' : 'other'
}
