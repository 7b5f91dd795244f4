/** How this workstation reaches evidence at the hub: the hub's own address, checked by the same authority, with the workstation's token. */
import { Agent } from 'node:https'

export interface HubAccess {
  /** Where uploads are made (tus). */
  uploads: string
  /** Where one piece of evidence is read. */
  addressOf(id: string): string
  headers: Readonly<Record<string, string>>
  agent: Agent
  close(): void
}

export interface HubAccessOptions {
  url: string
  /** PEM of the private authority; null: the system's. */
  ca: string | null
  workstation: string
  token: string
}

export function createHubAccess({ url, ca, workstation, token }: HubAccessOptions): HubAccess {
  const agent = new Agent({ keepAlive: true, maxSockets: 4, ...(ca === null ? {} : { ca }) })
  return {
    uploads: new URL('/evidence/uploads', url).href,
    addressOf: (id) => new URL(`/evidence/files/${encodeURIComponent(id)}`, url).href,
    headers: { authorization: `Bearer ${token}`, 'x-workstation': workstation },
    agent,
    close: () => agent.destroy(),
  }
}
