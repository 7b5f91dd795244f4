/** The native program as the shell sees it, whether the shell hosts it or is attached to one that runs by itself. */
import type { MessagePortMain } from 'electron'
import type { ConnectAnswer } from '../renderer/host/workstation-bridge.ts'

/** Told each time it becomes known where media is served. */
export type MediaKnown = (mediaOrigin: string) => void

export interface NativeProgram {
  /** Where media is served, or null when it is not known within the signal's time. */
  mediaOrigin(signal: AbortSignal): Promise<string | null>
  /** Gives the page's port to the native program; closes the port unless the answer is `connected`, and when the connection ends. */
  connect(port: MessagePortMain, signal: AbortSignal): Promise<ConnectAnswer>
  /** The computer is about to sleep, or woke up: links are closed and opened again instead of being trusted. */
  tell(power: 'suspend' | 'resume'): void
  /** Ends what the shell started, within 5 s. */
  close(): Promise<void>
}
