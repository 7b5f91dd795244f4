/** Working hours and calendar hours, and the day's rhythm of reports. */
import fc from 'fast-check'
import { expect, it } from 'vitest'
import { addTime, atReportingDays, dateDigits, hourMs, reportingDays } from '../../district/traffic/working-time.ts'

const at = (text: string) => Date.parse(`${text}+08:00`)

it.each([
  ['within a shift', '2018-06-13T09:00', 2, '2018-06-13T11:00'],
  ['over noon', '2018-06-13T11:00', 2, '2018-06-13T15:00'],
  ['over night', '2018-06-13T17:00', 3, '2018-06-14T10:00'],
  ['from the night', '2018-06-13T23:00', 4, '2018-06-14T12:00'],
  ['over the weekend', '2018-06-15T16:00', 4, '2018-06-18T10:00'],
  ['from Saturday', '2018-06-16T10:00', 1, '2018-06-18T09:00'],
])('counts working hours %s', (_name, start, hours, end) => {
  expect(addTime('working', at(start), hours * hourMs)).toBe(at(end))
  expect(addTime('calendar', at(start), hours * hourMs)).toBe(at(start) + hours * hourMs)
})

it('turns reporting days back into times', () => {
  const instant = fc.integer({ min: at('2018-01-01T00:00'), max: at('2018-07-01T00:00') })
  fc.assert(
    fc.property(instant, (time) => {
      expect(Math.abs(atReportingDays(reportingDays(time)) - time)).toBeLessThan(10)
    }),
  )
})

it('dates by China time', () => {
  expect(dateDigits(at('2018-06-13T00:30'))).toBe('20180613')
})
