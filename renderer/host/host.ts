/** What carries the console: a browser (kiosk) or the Electron shell. The only fork is in renderer/main.ts. */
import type { ContractRouterClient } from '@orpc/contract'
import { inject, type InjectionKey } from 'vue'
import type { Contract } from '../../native/contract/contract.ts'
import type { DisplayChoice } from './workstation-bridge.ts'

export type ContractClient = ContractRouterClient<Contract>

/** What a host may be able to do beyond showing the console. Features ask for it by name. */
export type Capability = 'multi-display' | 'save-files'

/** One connection to the native program. Once closed it stays closed; ask the host for another. */
export interface Connection {
  client: ContractClient
  /** Resolves when the connection is gone, whoever closed it. */
  closed: Promise<void>
  close(): void
}

export interface Host {
  /** Rejects when the native program cannot be reached or does not let this page in (`EntryRefused`). */
  connect(signal: AbortSignal): Promise<Connection>
  can(capability: Capability): boolean
  /** The displays to choose from, the main one first; none where the host places windows by itself (`multi-display` says so). */
  displays(): Promise<readonly DisplayChoice[]>
  /**
   * Opens the wall window of this number (1 to 8), or brings it forward; on the display of this number where the host may choose,
   * else where it was the last time. Rejects when the host lets no window open.
   */
  openWall(number: number, display?: number): Promise<void>
}

export const hostKey: InjectionKey<Host> = Symbol('host')

export function useHost(): Host {
  const host = inject(hostKey)
  if (!host) throw new Error('No host was provided to this console.')
  return host
}

/** The native program runs but this page has no valid ticket or cookie. */
export class EntryRefused extends Error {
  override name = 'EntryRefused'
}
