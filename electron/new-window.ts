/** Makes a window of the console as every one of them is: sandboxed, with the preload only, and never taken for one in the background. */
import { app, BrowserWindow, type Rectangle } from 'electron'
import { shellOrigin } from '../native/contract/shell-messages.ts'
import type { WallNumber } from './displays.ts'

/** The page of a wall says its number: the wall has its scene, tour and settings under it. */
export function pageOf(wall: WallNumber): string {
  return wall === null ? `${shellOrigin}/` : `${shellOrigin}/#/wall?window=${wall}`
}

/** Not shown yet; whoever opens it shows it. */
export function createWindow(preload: string, bounds: Rectangle): BrowserWindow {
  return new BrowserWindow({
    ...bounds,
    minWidth: 640,
    minHeight: 480,
    show: false,
    backgroundColor: '#15181d',
    autoHideMenuBar: true,
    webPreferences: {
      preload,
      sandbox: true,
      contextIsolation: true,
      nodeIntegration: false,
      webviewTag: false,
      navigateOnDragDrop: false,
      // Its dictionaries would be fetched from the internet.
      spellcheck: false,
      // A wall that nobody clicks on is not in the background.
      backgroundThrottling: false,
      devTools: !app.isPackaged,
    },
  })
}
