/** Days and hours in China, and the day's rhythm of reports. */

export const minuteMs = 60_000
export const hourMs = 3_600_000
export const dayMs = 24 * hourMs
/** China keeps UTC+8 all year. */
const zoneMs = 8 * hourMs

/** Days since 1970-01-01 in China. */
export const chinaDay = (at: number) => Math.floor((at + zoneMs) / dayMs)
export const startOfDay = (day: number) => day * dayMs - zoneMs

/** `20180613` for a time on that day in China. */
export function dateDigits(at: number): string {
  return new Date(at + zoneMs).toISOString().slice(0, 10).replaceAll('-', '')
}

/** `2018-06-13 09:05` for that time in China. */
export function clockTime(at: number): string {
  return new Date(at + zoneMs).toISOString().slice(0, 16).replace('T', ' ')
}

/** Relative weight of each hour of the day for reports. */
const hourly = [1, 1, 1, 1, 1, 2, 4, 8, 12, 12, 11, 7, 6, 9, 11, 11, 9, 7, 6, 5, 4, 3, 2, 1]
const dailyTotal = hourly.reduce((sum, weight) => sum + weight, 0)

/** Days passed at `at`, the hours weighted by how much is reported in them. */
export function reportingDays(at: number): number {
  const day = chinaDay(at)
  const hours = (at - startOfDay(day)) / hourMs
  const whole = Math.floor(hours)
  const before = hourly.slice(0, whole).reduce((sum, weight) => sum + weight, 0)
  return day + (before + (hours - whole) * (hourly[whole] ?? 0)) / dailyTotal
}

/** The inverse of `reportingDays`, in whole milliseconds. */
export function atReportingDays(days: number): number {
  const day = Math.floor(days)
  let left = (days - day) * dailyTotal
  for (const [hour, weight] of hourly.entries()) {
    if (left < weight) return Math.floor(startOfDay(day) + (hour + left / weight) * hourMs)
    left -= weight
  }
  return startOfDay(day + 1)
}
