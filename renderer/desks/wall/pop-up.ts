/** What pops up over the wall: one occasion at a time, the next ones wait in line. Plain values, changed by plain functions. */
import type { CameraRow } from '../../../native/contract/camera.ts'
import type { CameraNotice } from '../../../native/contract/camera-health.ts'
import type { Alarm } from '../../../native/contract/duty.ts'

export interface Occasion {
  /** The same id is the same occasion: it pops up once. */
  id: string
  /** `case`: somebody asked for it. */
  kind: 'case' | 'late' | 'supervised' | 'motion' | 'tamper'
  /** A case's number, a camera's name. */
  title: string
  place: string
  /** One of them: what is near is asked of the case, or measured from the camera. */
  caseId: string | null
  cameraId: string | null
}

export interface PopUps {
  shown: Occasion | null
  /** Since when, ms since 1970. */
  since: number
  waiting: readonly Occasion[]
  /** Ids of all that came, also of those that are gone. */
  known: ReadonlySet<string>
}
export const noPopUps: PopUps = { shown: null, since: 0, waiting: [], known: new Set() }

/** So many wait at most; of what is beyond, the oldest alarms stand in the alarm panel anyway. */
const mostWaiting = 20

/** What somebody asked for comes at once, and again when asked again; anything else in its turn, once. */
export function offered(popUps: PopUps, occasion: Occasion, now: number): PopUps {
  const isAsked = occasion.kind === 'case'
  if (!isAsked && popUps.known.has(occasion.id)) return popUps
  const known = new Set([...popUps.known, occasion.id])
  const { shown, waiting } = popUps
  if (!shown) return { shown: occasion, since: now, waiting, known }
  if (shown.id === occasion.id) return popUps
  if (!isAsked) return { ...popUps, waiting: [...waiting, occasion].slice(-mostWaiting), known }
  const others = [shown, ...waiting].filter(({ id }) => id !== occasion.id)
  return { shown: occasion, since: now, waiting: others.slice(0, mostWaiting), known }
}

/** Somebody has seen it: the next one, if any. */
export function dismissed(popUps: PopUps, now: number): PopUps {
  const [next = null, ...waiting] = popUps.waiting
  return { ...popUps, shown: next, since: now, waiting }
}

/** A motion is over in a moment: it is shown so long at least, and so long at most (ms). */
const leastMs = 20_000
const mostMs = 60_000

/** What is over goes by itself; alarms when somebody has acknowledged them, what cameras notice after a while. */
export function settled(popUps: PopUps, isOver: (occasion: Occasion) => boolean, now: number): PopUps {
  const { shown } = popUps
  const waiting = popUps.waiting.filter((occasion) => !isOver(occasion))
  const lasted = now - popUps.since
  const isNotice = shown !== null && shown.cameraId !== null
  const isDone = shown !== null && (isNotice ? lasted >= (isOver(shown) ? leastMs : mostMs) : isOver(shown))
  if (isDone) return dismissed({ ...popUps, waiting }, now)
  return waiting.length === popUps.waiting.length ? popUps : { ...popUps, waiting }
}

/** Alarms that want a person, raised or grown since `openedAt` (the hub's clock); of a burst the latest case. */
export function occasionsOfAlarms(alarms: readonly Alarm[], openedAt: number): Occasion[] {
  return alarms.flatMap(({ id, kind, grownAt, acknowledged, cases }) => {
    const latest = cases[0]
    if (kind === 'soon' || acknowledged || grownAt < openedAt || !latest) return []
    const { caseId, number, className, classCode, place } = latest
    const title = `${number} ${className ?? classCode}`
    return [{ id: `alarm ${id} ${caseId}`, kind, title, place, caseId, cameraId: null }]
  })
}

/** Movement and tampering heard since `openedAt`, oldest first; not their ends, and not of cameras that are unknown here. */
export function occasionsOfNotices(
  notices: readonly CameraNotice[],
  cameras: ReadonlyMap<string, CameraRow>,
  openedAt: number,
): Occasion[] {
  return notices.toReversed().flatMap(({ id, cameraId, kind, isActive, at }) => {
    const camera = cameras.get(cameraId)
    if (kind === 'other' || !isActive || at < openedAt || !camera) return []
    return [{ id: `notice ${id}`, kind, title: camera.name, place: camera.place, caseId: null, cameraId }]
  })
}

/** Whether nothing more is to be seen: the alarm is acknowledged or gone, the camera has said that it is over. */
export function hasEnded(
  { id, kind, caseId, cameraId }: Occasion,
  alarms: readonly Alarm[],
  notices: readonly CameraNotice[],
): boolean {
  if (kind === 'case') return false
  if (cameraId !== null) {
    // Newest first: the first one of this camera and kind is how it stands now.
    return notices.find((notice) => notice.cameraId === cameraId && notice.kind === kind)?.isActive !== true
  }
  return !alarms.some((alarm) => !alarm.acknowledged && id === `alarm ${alarm.id} ${caseId ?? ''}`)
}
