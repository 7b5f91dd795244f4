/** The shell, in the order of its start. What may happen only before Electron is ready comes first; then the native program, then windows. */
import { app } from 'electron'
import { join } from 'node:path'
import { linkProtocol } from './deep-links.ts'
import { careForGpu } from './crashes.ts'
import { openShellLog } from './log.ts'
import { readOptions } from './options.ts'
import { registerScheme } from './scheme.ts'
import { guardPages } from './security.ts'
import { runShell } from './shell.ts'

const options = readOptions(process.argv.slice(1))

// 1. One console a user: a second start hands its link over and ends.
if (!app.requestSingleInstanceLock()) {
  app.exit(0)
} else {
  const { log, recent } = openShellLog(join(app.getPath('userData'), 'logs'))
  log.info({ versions: process.versions, attached: options.attach !== null }, 'starting')

  // 2. What has to be said before Electron is ready.
  app.enableSandbox()
  registerScheme()
  if (options.withoutAcceleration) app.disableHardwareAcceleration()
  const disabled = [app.commandLine.getSwitchValue('disable-features'), 'ReclaimInactiveWebCodecs']
  // Chromium takes decoders away from windows it thinks nobody looks at; a wall is such a window.
  app.commandLine.appendSwitch('disable-features', disabled.filter(Boolean).join(','))
  if (app.isPackaged) app.setAsDefaultProtocolClient(linkProtocol)

  // 3. Guards stand before the first page exists.
  guardPages(log)
  careForGpu(log, () => {
    if (options.withoutAcceleration) return
    app.relaunch({ args: [...process.argv.slice(1), '--without-acceleration'] })
    app.quit()
  })

  // 4. The rest needs Electron.
  void app.whenReady().then(() => runShell({ options, log, recent }))
}
