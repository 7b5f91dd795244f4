/** The ONVIF Event service (ver10/events) with one pull point for each subscriber; it answers at once, as many cameras do. */
import { escapeXml, faults, type Operation } from './soap.ts'

export interface EventSource {
  operations: Record<string, Operation>
  /** e.g. `RuleEngine/CellMotionDetector/Motion` begins or ends. */
  raise: (topic: string, isActive: boolean) => void
  /** Forgets all subscriptions, as a restart does. */
  forget: () => void
}

const termMs = 120_000

export function createEventSource(address: () => string, now: () => number): EventSource {
  let waiting: string[] = []
  let endsAt = 0
  const time = (at: number): string => new Date(at).toISOString().replace(/\.\d+/, '')
  const times = (): string =>
    `<tev:CurrentTime>${time(now())}</tev:CurrentTime><tev:TerminationTime>${time(endsAt)}</tev:TerminationTime>`
  const whileSubscribed = (answer: () => string): Operation => {
    return () => (now() < endsAt ? answer() : faults.invalidArgument)
  }
  return {
    operations: {
      CreatePullPointSubscription() {
        endsAt = now() + termMs
        waiting = []
        const reference = `<tev:Address>${escapeXml(address())}</tev:Address>`
        return `<tev:SubscriptionReference>${reference}</tev:SubscriptionReference>${times()}`
      },
      PullMessages: whileSubscribed(() => `${times()}${waiting.splice(0, 10).join('')}`),
      Renew: whileSubscribed(() => {
        endsAt = now() + termMs
        return times()
      }),
      Unsubscribe: whileSubscribed(() => {
        endsAt = 0
        return ''
      }),
    },
    raise(topic, isActive) {
      const item = `<tt:SimpleItem Name="IsMotion" Value="${isActive}"/>`
      waiting.push(
        `<tev:NotificationMessage><tev:Topic Dialect="x">tns1:${topic}</tev:Topic><tev:Message>` +
          `<tt:Message UtcTime="${time(now())}" PropertyOperation="Changed"><tt:Data>${item}</tt:Data></tt:Message>` +
          '</tev:Message></tev:NotificationMessage>',
      )
    },
    forget: () => void (endsAt = 0),
  }
}
