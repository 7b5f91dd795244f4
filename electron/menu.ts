/** The menu behind Alt: what the window itself can do. Everything else is in the page. */
import type { MenuItemConstructorOptions } from 'electron'
import type { Words } from './words.ts'

export function menuTemplate(words: Words): MenuItemConstructorOptions[] {
  return [
    {
      label: words.view,
      submenu: [
        { role: 'togglefullscreen', label: words.fullscreen },
        { role: 'zoomIn', label: words.zoomIn },
        { role: 'zoomOut', label: words.zoomOut },
        { role: 'resetZoom', label: words.zoomReset },
        { type: 'separator' },
        { role: 'quit', label: words.quit },
      ],
    },
  ]
}
