/** What the shell's preload exposes as `window.workstation`, and what it posts to the page: everything a page may ask of the shell. */

export type ConnectAnswer = 'connected' | 'refused' | 'unreachable'

/** What a link from outside may open. */
export interface LinkTarget {
  kind: 'case' | 'camera'
  id: string
}

/** A display of this workstation that a wall window may stand on. */
export interface DisplayChoice {
  /** 0 is the main one, the others follow from left to right. */
  number: number
  /** As the system names it; may be empty. */
  name: string
  /** Pixels of the screen itself, whatever the system scales. */
  width: number
  height: number
  /** Numbers of the wall windows that stand on it now. */
  walls: number[]
}

export interface WorkstationBridge {
  /**
   * Asks for a port to the native program. When the answer is `connected`, the page has been posted
   * a `PortMessage` with the same number and the port.
   */
  connect(request: number): Promise<ConnectAnswer>
  /** Opens the wall window of this number (1 to 8), or brings it forward, on the display of this number; null: where it was the last time. */
  openWall(wall: number, display: number | null): Promise<void>
  displays(): Promise<DisplayChoice[]>
  /** Links that were opened before the page listened are delivered at once. Returns the way to stop. */
  onLink(listener: (target: LinkTarget) => void): () => void
}

/** Posted to the page's own window with the port in `ports[0]`. */
export interface PortMessage {
  type: 'workstation.port'
  request: number
}

export function isPortMessage(data: unknown): data is PortMessage {
  return typeof data === 'object' && data !== null && (data as Partial<PortMessage>).type === 'workstation.port'
}
