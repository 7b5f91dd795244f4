/** `npm run conformance`: checks any hub against tests/district/PROTOCOL.md from outside, rule by rule. */
import { exec } from 'node:child_process'
import { X509Certificate } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { parseArgs, promisify } from 'node:util'
import type { Extras } from './line.ts'
import { lineOf, sumUp } from './report.ts'
import { runKit } from './run.ts'
import type { Target } from './wire.ts'

const usage = `npm run conformance -- --hub URL --token TOKEN [options]
  --hub URL                  https://host:port of the hub
  --token TOKEN              of the workstation
  --workstation NAME         whose token it is (default: SZ-02)
  --ca FILE                  the authority that signed the hub's certificate (default: the system's; a hub on this machine is
                             spoken to without, and R-02 is then not checked)
  --account A --password P   somebody who may work cases: signs in, takes steps on the kit's own cases
  --actor ID:ROLE            instead: who takes those steps; otherwise somebody whom the feed shows at a desk
  --second-workstation NAME --second-token TOKEN   for claims, and for what another sub-center must not see
  --restart COMMAND          restarts (better: kills and starts) the hub; run several times
  --grid CODE                a grid whose handsets may get two instructions that say that they are to be ignored
  --patience MS              how long an answer may take (default: 10000)
Rules that need what was not given are listed as not checked.`

const restartMs = 60_000

function readOptions(args: string[]): { target: Target; extras: Extras } {
  const text = { type: 'string' } as const
  const { values } = parseArgs({
    args,
    options: {
      ...{ hub: text, token: text, ca: text, account: text, password: text, actor: text, restart: text, grid: text },
      ...{ 'second-workstation': text, 'second-token': text },
      workstation: { type: 'string', default: 'SZ-02' },
      patience: { type: 'string', default: '10000' },
    },
  })
  const { hub, token, workstation, account, password, actor, restart } = values
  if (!hub || !token) throw new Error('--hub and --token are needed')
  const url = new URL(hub)
  if (url.protocol !== 'https:') throw new Error(`--hub must be an https address, not "${hub}"`)
  const patienceMs = Number(values.patience)
  if (!Number.isInteger(patienceMs) || patienceMs < 100) throw new Error('--patience must be at least 100 ms')
  const ca = values.ca === undefined ? null : authorityIn(values.ca)
  const isUnverified = ca === null && ['127.0.0.1', 'localhost', '[::1]'].includes(url.hostname)
  const [second, secondToken] = [values['second-workstation'], values['second-token']]
  return {
    target: { url: url.origin, ca, isUnverified, workstation, token, patienceMs },
    extras: {
      account: account && password ? { account, password } : null,
      person: actor ? personIn(actor) : null,
      second: second && secondToken ? { workstation: second, token: secondToken } : null,
      restart: restart ? () => promisify(exec)(restart, { timeout: restartMs }) : null,
      grid: values.grid ?? null,
    },
  }
}

function authorityIn(path: string): string {
  const pem = readFileSync(path, 'utf8')
  new X509Certificate(pem)
  return pem
}

function personIn(text: string): Extras['person'] {
  const [id, role] = text.split(':')
  if (!id || !role) throw new Error(`--actor must be ID:ROLE, not "${text}"`)
  return { id, role, name: '' }
}

async function run(): Promise<boolean> {
  if (process.argv.includes('--help')) {
    console.log(usage)
    return true
  }
  const { target, extras } = readOptions(process.argv.slice(2))
  console.log(`Conformance of ${target.url} with the hub protocol 1, as workstation ${target.workstation}.
The kit reports new cases of its own (their place is “协议检查”), takes steps on nothing else, leaves two small pieces of
evidence, and at the end locks an account that it made up.${extras.restart ? ' It restarts the hub.' : ''}
`)
  const outcomes = await runKit({ target, extras, ended: (outcome) => console.log(lineOf(outcome)) })
  const sum = sumUp(outcomes)
  console.log(`
${sum.passed} of ${sum.rules} rules passed, ${sum.failed.length} failed, ${sum.notFollowed.length} recommendations were not followed, \
${sum.notChecked.length} were not or not wholly checked: ${sum.notChecked.join(', ')}`)
  console.log(JSON.stringify({ conformance: sum }))
  return sum.failed.length === 0
}

try {
  process.exit((await run()) ? 0 : 1)
} catch (error) {
  console.error(`the kit cannot run: ${error instanceof Error ? error.message : String(error)}\n\n${usage}`)
  process.exit(2)
}
