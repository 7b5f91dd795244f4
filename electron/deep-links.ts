/** Links from outside the console: `subcenter-console://case/ID` and `subcenter-console://camera/ID`, and nothing else. */
import type { LinkTarget } from '../renderer/host/workstation-bridge.ts'

export const linkProtocol = 'subcenter-console'

// Narrower than the contract's identifiers: nothing that could be read as a path, a query or an escape.
const link = new RegExp(`^${linkProtocol}://(case|camera)/([\\w.-]{1,64})$`)

export function readLink(text: string): LinkTarget | null {
  const [, kind, id] = link.exec(text) ?? []
  if (id === undefined || /^\.+$/.test(id)) return null
  return { kind: kind as LinkTarget['kind'], id }
}

/** The last link among the arguments that a second start handed over. */
export function linkAmong(commandLine: readonly string[]): LinkTarget | null {
  return commandLine.map(readLink).findLast((target) => target !== null) ?? null
}
