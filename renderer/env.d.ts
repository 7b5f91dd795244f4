/** What the Electron shell's preload exposes; absent in a browser. Its shape is host/electron.ts's business. */
interface Window {
  workstation?: unknown
}
