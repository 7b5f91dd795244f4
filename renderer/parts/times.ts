/** Times as the screens write them: 09:41:07, 11-23 09:41, and spans of days, hours and minutes. Local time of the workstation. */

const two = (value: number) => String(value).padStart(2, '0')

/** 09:41:07 */
export function clockOf(at: number): string {
  const date = new Date(at)
  return `${two(date.getHours())}:${two(date.getMinutes())}:${two(date.getSeconds())}`
}

/** 11-23 09:41, with the year in front when it is not `now`'s. */
export function dayAndClock(at: number, now: number): string {
  const date = new Date(at)
  const day = `${two(date.getMonth() + 1)}-${two(date.getDate())} ${two(date.getHours())}:${two(date.getMinutes())}`
  return date.getFullYear() === new Date(now).getFullYear() ? day : `${date.getFullYear()}-${day}`
}

/** 2026-11-23 */
export function dayOf(at: number): string {
  const date = new Date(at)
  return `${date.getFullYear()}-${two(date.getMonth() + 1)}-${two(date.getDate())}`
}

/** The clock alone on the same day, else day and clock. */
export function shortest(at: number, now: number): string {
  return new Date(at).toDateString() === new Date(now).toDateString() ? clockOf(at) : dayAndClock(at, now)
}

/** Words for a span: the key under `time.` and its number. */
export interface Words {
  key: string
  named: Record<string, string | number>
}

const minute = 60_000
const hour = 60 * minute
const day = 24 * hour

/** How long ago in its largest unit: 刚刚, 12 分钟, 5 小时, 3 天. A moment in the future counts as now. */
export function ageWords(ms: number): Words {
  if (ms < minute) return { key: 'time.justNow', named: {} }
  if (ms < hour) return { key: 'time.minutes', named: { count: Math.floor(ms / minute) } }
  if (ms < 2 * day) return { key: 'time.hours', named: { count: Math.floor(ms / hour) } }
  return { key: 'time.days', named: { count: Math.floor(ms / day) } }
}

/** A span as hours and minutes (00:42), with days in front from one day on; whole days only from ten. Sign is ignored. */
export function spanWords(ms: number): Words {
  const minutes = Math.floor(Math.abs(ms) / minute)
  const days = Math.floor(minutes / 1440)
  const clock = `${two(Math.floor(minutes / 60) % 24)}:${two(minutes % 60)}`
  if (days === 0) return { key: 'time.clock', named: { clock } }
  if (days < 10) return { key: 'time.daysAndClock', named: { count: days, clock } }
  return { key: 'time.days', named: { count: days } }
}

/** A size in the unit that leaves at most four digits: 512 B, 340 KB, 2.4 MB. */
export function sizeOf(bytes: number): string {
  if (bytes < 1000) return `${bytes} B`
  if (bytes < 1_000_000) return `${Math.round(bytes / 1000)} KB`
  return `${(bytes / 1_000_000).toFixed(1)} MB`
}

/** How long something lasted or lasts, in words to the minute: 不到 1 分钟, 12 分钟, 3 小时 12 分, 2 天 5 小时. */
export function lengthWords(ms: number): Words {
  const minutes = Math.floor(ms / minute)
  if (minutes < 1) return { key: 'time.underMinute', named: {} }
  if (minutes < 60) return ageWords(ms)
  const hours = Math.floor(minutes / 60)
  if (hours < 24) return { key: 'time.hoursAndMinutes', named: { hours, minutes: minutes % 60 } }
  return { key: 'time.daysAndHours', named: { days: Math.floor(hours / 24), hours: hours % 24 } }
}
