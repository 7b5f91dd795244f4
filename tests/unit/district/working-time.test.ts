/** Days in China and the day's rhythm of reports. */
import fc from 'fast-check'
import { expect, it } from 'vitest'
import { atReportingDays, dateDigits, reportingDays } from '../../district/traffic/working-time.ts'

const at = (text: string) => Date.parse(`${text}+08:00`)

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
