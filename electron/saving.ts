/** Lets a person save what our own page has made, where the person says; every other download is ended before it begins. */
import { app, dialog, type DownloadItem, type Session, type WebContents } from 'electron'
import { join } from 'node:path'
import type { Logger } from 'pino'
import { Gestures, isOwnFile, safeFileName } from './downloads.ts'
import type { Words } from './words.ts'

/** Seen by the main process, so that a page cannot claim them. */
const pressing = new Set(['keyDown', 'rawKeyDown', 'mouseDown', 'touchStart', 'gestureTap'])

/** Follows what is pressed on every page from its beginning. */
function followGestures(): (page: WebContents) => Gestures | undefined {
  const gestures = new WeakMap<WebContents, Gestures>()
  app.on('web-contents-created', (_event, page) => {
    const own = new Gestures()
    gestures.set(page, own)
    page.on('input-event', (_input, { type }) => {
      if (pressing.has(type)) own.press(performance.now())
    })
  })
  return (page) => gestures.get(page)
}

function tellWhenLost(item: DownloadItem, name: string, words: Words, log: Logger): void {
  item.once('done', (_event, state) => {
    if (state !== 'interrupted') return
    log.error({ name }, 'file not saved')
    const detail = `${words.notSavedDetail} ${name}`
    void dialog.showMessageBox({ type: 'error', title: words.product, message: words.notSaved, detail })
  })
}

/** Deny by default: anything but a file of our own page that a person has asked for is prevented. */
export function saveDownloads(session: Session, words: Words, log: Logger): void {
  const gesturesOf = followGestures()
  session.on('will-download', (event, item, page) => {
    const url = item.getURL()
    const isOwn = isOwnFile({ url, hops: item.getURLChain().length, page: page.getURL() })
    if (!isOwn || !gesturesOf(page)?.spend(performance.now())) {
      event.preventDefault()
      return log.warn({ url, isOwn }, 'download denied')
    }
    const name = safeFileName(item.getFilename())
    item.setSaveDialogOptions({
      title: words.saveAs,
      defaultPath: join(app.getPath('downloads'), name),
      properties: ['showOverwriteConfirmation', 'createDirectory'],
    })
    tellWhenLost(item, name, words, log)
  })
}
