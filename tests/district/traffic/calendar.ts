/** The working calendar that the hub publishes: public holidays and shifted working days of 2026 as data. */
import { usualCalendar } from '../../../native/cases/terms.ts'
import type { WorkingCalendar } from '../../../native/contract/limits.ts'
import type { Put } from '../../../native/hub/protocol.ts'

/** Days of 2026 as the State Council announced them: 元旦 春节 清明 劳动节 端午 中秋 国庆, weekdays only. */
export const districtCalendar: WorkingCalendar = {
  shifts: usualCalendar.shifts,
  daysOff: [
    ...['2026-01-01', '2026-01-02'],
    ...['2026-02-16', '2026-02-17', '2026-02-18', '2026-02-19', '2026-02-20', '2026-02-23'],
    ...['2026-04-06', '2026-05-01', '2026-05-04', '2026-05-05', '2026-06-19', '2026-09-25'],
    ...['2026-10-01', '2026-10-02', '2026-10-05', '2026-10-06', '2026-10-07'],
  ],
  workingDays: ['2026-01-04', '2026-02-14', '2026-02-28', '2026-05-09', '2026-09-20', '2026-10-10'],
}

export const calendarPut = (): Put => ({ kind: 'calendar', calendar: districtCalendar })
