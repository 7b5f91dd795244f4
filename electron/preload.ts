/** The only thing a page gets from the shell: a few named functions. Neither Node nor Electron is handed over. */
import { contextBridge, ipcRenderer } from 'electron'
import type { LinkTarget, PortMessage, WorkstationBridge } from '../renderer/host/workstation-bridge.ts'
import { channels } from './channels.ts'

// A port cannot cross the bridge, so it is posted to the page, and only to our own.
ipcRenderer.on(channels.port, (event, request: number) => {
  const message: PortMessage = { type: 'workstation.port', request }
  window.postMessage(message, window.location.origin, event.ports)
})

const bridge: WorkstationBridge = {
  connect: (request) => ipcRenderer.invoke(channels.connect, request),
  openWall: (wall, display) => ipcRenderer.invoke(channels.openWall, wall, display),
  displays: () => ipcRenderer.invoke(channels.displays),
  onLink(listener) {
    const hear = (_event: unknown, target: LinkTarget) => listener(target)
    ipcRenderer.on(channels.link, hear)
    void ipcRenderer.invoke(channels.listen)
    return () => ipcRenderer.removeListener(channels.link, hear)
  },
}
contextBridge.exposeInMainWorld('workstation', bridge)
