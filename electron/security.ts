/** Applies the rules of permissions.ts and navigation.ts to every session and every page, before the first window opens. */
import { app, type IpcMainInvokeEvent, type Session, shell, type WebContents } from 'electron'
import type { Logger } from 'pino'
import { isTrustedSender, navigationVerdict } from './navigation.ts'
import { isGranted } from './permissions.ts'

/** Both handlers: without them Electron grants everything, and Chromium asks the one or the other. */
export function guardSession(session: Session, log: Logger): void {
  session.setPermissionRequestHandler((_contents, permission, answer, details) => {
    const granted = isGranted(permission, details.requestingUrl, details.isMainFrame)
    if (!granted) log.warn({ permission, url: details.requestingUrl }, 'permission denied')
    answer(granted)
  })
  session.setPermissionCheckHandler((contents, permission, origin, details) =>
    // An empty origin is what Chromium gives for checks before a page is there.
    isGranted(permission, origin || (contents?.getURL() ?? ''), details.isMainFrame),
  )
  session.setDevicePermissionHandler(() => false)
  session.setDisplayMediaRequestHandler((_request, answer) => answer({}))
}

function guardPage(page: WebContents, log: Logger): void {
  const judge = (event: { preventDefault(): void }, url: string) => {
    const verdict = navigationVerdict(url)
    if (verdict === 'stay') return
    event.preventDefault()
    if (verdict === 'external') void shell.openExternal(url)
    else log.warn({ url }, 'navigation denied')
  }
  page.on('will-navigate', (event) => judge(event, event.url))
  page.on('will-redirect', (event) => judge(event, event.url))
  page.on('will-frame-navigate', (event) => {
    if (!event.isMainFrame) event.preventDefault()
  })
  page.on('will-attach-webview', (event) => event.preventDefault())
  page.setWindowOpenHandler(({ url }) => {
    if (navigationVerdict(url) === 'external') void shell.openExternal(url)
    else log.warn({ url }, 'window denied')
    return { action: 'deny' }
  })
}

export function guardPages(log: Logger): void {
  app.on('web-contents-created', (_event, page) => guardPage(page, log))
}

/** @throws for a message that our own page's top frame did not send */
export function checkSender(event: Pick<IpcMainInvokeEvent, 'senderFrame'>): void {
  if (!isTrustedSender(event.senderFrame)) throw new Error('Not the console.')
}
