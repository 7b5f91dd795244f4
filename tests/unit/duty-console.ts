/** A whole workstation on a district of its own, asked as the page asks it, without page and kiosk. */
import { createRouterClient } from '@orpc/server'
import { onTestFinished } from 'vitest'
import { loadConfiguration } from '../../native/configuration.ts'
import type { Topic } from '../../native/contract/contract.ts'
import { openWorkstation } from '../../native/workstation.ts'
import { startDistrict } from '../district/district.ts'
import { silent, temporaryFolder } from './support.ts'

export async function openDutyConsole() {
  const district = await startDistrict({ folder: temporaryFolder(), clock: Date.now, log: silent })
  onTestFinished(() => district.close())
  const configuration = loadConfiguration(district.configFile)
  const workstation = await openWorkstation({ configuration, allowedOrigins: [], log: silent })
  onTestFinished(() => workstation.close())
  const client = createRouterClient(workstation.router)
  const account = (role: string) => {
    const found = district.accounts.find((candidate) => candidate.role === role)
    return { account: found?.account ?? '', password: found?.password ?? '' }
  }
  async function signIn(role: string) {
    for (;;) {
      try {
        return await client.session.signIn(account(role))
      } catch (error) {
        if ((error as { code?: string }).code !== 'offline') throw error
        await new Promise((resolve) => setTimeout(resolve, 10))
      }
    }
  }
  return { district, client, account, signIn }
}

/** The first state of a topic, sent whole, that satisfies `isMeant`. */
export async function stateOf<T>(
  watch: (signal: AbortSignal) => Promise<AsyncIterable<Topic<T, T>>>,
  isMeant: (state: T) => boolean,
): Promise<T> {
  const leaving = new AbortController()
  try {
    for await (const event of await watch(leaving.signal)) {
      const shown = event.kind === 'snapshot' ? event.snapshot : event.delta
      if (isMeant(shown)) return shown
    }
    throw new Error('the topic ended')
  } finally {
    leaving.abort()
  }
}
