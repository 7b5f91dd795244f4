/** Chapter 6: signing in. Nothing here locks an account that exists: throttling is tried with a made-up name. */
import { signedIn } from '../../native/hub/protocol.ts'
import type { Line } from './line.ts'
import { brief, must, NotSeen, type Rule, rule, unseen } from './rule.ts'
import { codeIn, type Reply, type Wire } from './wire.ts'

const nobody = () => `conformance-${Date.now()}`
const accountOf = (line: Line) => line.extras.account ?? { account: '', password: '' }
const wrongPassword = 'conformance-wrong-password'

async function signIn(wire: Wire, account: string, password: string): Promise<{ reply: Reply; ms: number }> {
  const began = performance.now()
  const reply = await wire.ask('account.signIn', { account, password })
  return { reply, ms: performance.now() - began }
}

async function checkAlike(line: Line): Promise<string> {
  const wire = await line.connect()
  const { account, password } = accountOf(line)
  const times: [known: number[], unknown: number[]] = [[], []]
  for (let round = 0; round < 6; round += 1) {
    // A success ends the row of failures before it locks the account.
    if (round === 3) await signIn(wire, account, password)
    for (const [index, name] of [account, nobody()].entries()) {
      const { reply, ms } = await signIn(wire, name, wrongPassword)
      must(
        codeIn(reply) === 'wrong-credentials',
        `a wrong ${index ? 'account' : 'password'} was answered ${brief(reply)}`,
      )
      times[index]?.push(ms)
    }
  }
  await signIn(wire, account, password)
  const [known = 0, unknown = 0] = times.map((list) => Math.round(Math.min(...list)))
  const seen = `fastest answers: ${known} ms for a wrong password, ${unknown} ms for a wrong account`
  // A hub that skips the slow hash is tens of times faster; a machine under load is not.
  const [fast, slow] = [Math.min(known, unknown), Math.max(known, unknown)]
  must(slow < 3 * fast || slow - fast < 20, seen)
  return seen
}

async function checkElsewhere(line: Line): Promise<void> {
  const [here, elsewhere] = [await line.connect(), await line.connectSecond()]
  if (brief(here.welcome['subCenter']) === brief(elsewhere.welcome['subCenter']))
    throw new NotSeen('the second workstation is of the same sub-center')
  const { account, password } = accountOf(line)
  const { reply } = await signIn(elsewhere, account, password)
  must(codeIn(reply) === 'other-sub-center', `the right password was answered ${brief(reply)}`)
  const wrong = await signIn(elsewhere, account, wrongPassword)
  must(codeIn(wrong.reply) === 'wrong-credentials', `a wrong password was answered ${brief(wrong.reply)}`)
  await signIn(here, account, password)
}

/** ASCII in its full-width forms is the same text in NFKC. */
const fullWidth = (text: string) =>
  text.replace(/[!-~]/g, (letter) => String.fromCodePoint((letter.codePointAt(0) ?? 0) + 0xfee0))

async function checkNormal(line: Line): Promise<void> {
  const { account, password } = accountOf(line)
  const { reply } = await signIn(await line.connect(), account, fullWidth(password))
  must(codeIn(reply) === 'ok', `the password in full-width letters was answered ${brief(reply)}`)
}

async function checkThrottle(line: Line): Promise<string> {
  const wire = await line.connect()
  const account = nobody()
  for (let failure = 1; failure <= 5; failure += 1) {
    const code = codeIn((await signIn(wire, account, wrongPassword)).reply)
    must(code === 'wrong-credentials', `failure ${failure} was answered ${code}`)
  }
  const code = codeIn((await signIn(wire, account, wrongPassword)).reply)
  must(code === 'throttled', `after five failures another one was answered ${code}`)
  return `tried with the made-up account ${account}`
}

async function checkSession(line: Line): Promise<string> {
  const { account, password } = accountOf(line)
  const wire = await line.connect()
  const tokens = new Set<string>()
  let hours = 0
  for (let round = 0; round < 3; round += 1) {
    const parsed = signedIn.safeParse((await signIn(wire, account, password)).reply)
    must(parsed.success, `signing in was answered ${brief(parsed.error?.issues[0])}`)
    const { sessionToken, expiresAt } = parsed.data
    // Letters of base64 carry 6 bits.
    must(sessionToken.length * 6 >= 128, `the token has only ${sessionToken.length} characters`)
    tokens.add(sessionToken)
    hours = (expiresAt - Number(wire.welcome['hubTime'])) / 3_600_000
    await wire.ask('account.signOut', { sessionToken })
  }
  must(tokens.size === 3, 'a token was given twice')
  must(hours > 0, 'the session has ended already')
  return `a session ends after ${hours.toFixed(1)} h`
}

export const accountRules: readonly Rule[] = [
  rule('R-70', 'a wrong account and a wrong password are answered alike', ['account'], checkAlike),
  rule('R-71', 'other-sub-center, only after the right password', ['account', 'second'], checkElsewhere),
  rule('R-72', 'passwords are compared in NFKC', ['account'], checkNormal),
  rule('R-74', 'session tokens: length, randomness, end', ['account'], checkSession),
  rule('R-75', 'signing out is idempotent', [], async (line) => {
    const wire = await line.connect()
    for (let round = 0; round < 2; round += 1) {
      const reply = await wire.ask('account.signOut', { sessionToken: 'conformance-no-session-of-anybody' })
      must(codeIn(reply) === 'ok', `signing out was answered ${brief(reply)}`)
    }
  }),
  unseen(
    'R-76',
    'a session survives lost connections and restarts',
    'no request of version 1 shows whether a session lives',
  ),
  unseen('R-77', 'sign-ins and failures are recorded', 'the record is inside the hub'),
]

/** Last of all: it locks a made-up account for a while. */
export const throttleRule = rule('R-73', 'five failures in a row are throttled', [], checkThrottle)
