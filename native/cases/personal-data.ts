/** Masks what identifies a person, before it leaves native (the district's data-confidentiality agreement). */
import type { CaseHead } from '../contract/case.ts'

type Reporter = NonNullable<CaseHead['reporter']>

/** The family name stays, so that an operator can greet the caller: `王**`. */
export function maskName(name: string): string {
  const [first, ...rest] = [...name]
  return first === undefined ? '' : first + '*'.repeat(Math.min(rest.length, 2))
}

/** Keeps three digits in front and four behind of a mobile number, less of anything shorter. */
export function maskPhone(phone: string): string {
  if (phone.length >= 11) return `${phone.slice(0, 3)}****${phone.slice(-4)}`
  return phone.length > 2 ? `****${phone.slice(-2)}` : '*'.repeat(phone.length)
}

export function maskReporter(reporter: Reporter): Reporter {
  return { name: maskName(reporter.name), phone: maskPhone(reporter.phone), account: maskName(reporter.account) }
}
