/** Who may come in: a ticket that works once is exchanged for a cookie that holds until the program ends. */
import { randomBytes, timingSafeEqual } from 'node:crypto'

export interface Entry {
  /** The ticket for the next one who opens the console. */
  ticket(): string
  /** The cookie's value for a valid ticket (which is then used up), else null. */
  redeem(ticket: unknown): string | null
  isAdmitted(cookieHeader: string | undefined): boolean
  cookieName: string
}

const make = () => randomBytes(24).toString('base64url')

/** Cookies do not know ports, so the name carries it: two consoles on one machine stay apart. */
export function createEntry(port: number): Entry {
  const cookieName = `console-${port}`
  const token = make()
  let ticket = make()
  return {
    cookieName,
    ticket: () => ticket,
    redeem(offered) {
      if (typeof offered !== 'string' || !isSame(offered, ticket)) return null
      ticket = make()
      return token
    },
    isAdmitted(cookieHeader) {
      const cookies = (cookieHeader ?? '').split(';').map((cookie) => cookie.trim())
      const own = cookies.find((cookie) => cookie.startsWith(`${cookieName}=`))
      return own !== undefined && isSame(own.slice(cookieName.length + 1), token)
    },
  }
}

function isSame(left: string, right: string): boolean {
  const [a, b] = [Buffer.from(left), Buffer.from(right)]
  return a.length === b.length && timingSafeEqual(a, b)
}
