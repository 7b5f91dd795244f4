/** State of the link to the district hub, as every screen shows it. */

/** Why the link is not online. */
export type LinkTrouble = 'unreachable' | 'certificate' | 'unauthorized' | 'protocol' | 'lost' | 'not-configured'

export interface LinkState {
  /** Name of this workstation at the hub. */
  workstation: string
  phase: 'offline' | 'connecting' | 'catching-up' | 'online'
  trouble: LinkTrouble | null
  /** Round-trip time of the last heartbeat in ms, null while offline. */
  delayMs: number | null
  /** When the hub was last heard, by this workstation's clock; null when never. */
  lastDataAt: number | null
  /** Hub clock minus this workstation's clock in ms. */
  clockOffsetMs: number
  /** 0..1 while a snapshot is being taken over, else null. */
  progress: number | null
  /** Changes that could not be understood and are kept as they came. */
  setAside: number
  /** Steps that wait to be sent, and those the hub refused. */
  waiting: number
  parked: number
  /** Cases kept on this workstation. */
  cachedCases: number
  /** The disk or the database refuses writing: what it says, else null. */
  storageFault: 'full' | 'readonly' | 'corrupt' | null
}
