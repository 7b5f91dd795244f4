/** Entry of the renderer: chooses the host, the only place that asks which, and puts the console on the page. */
import './styles/tokens.css'
import './styles/base.css'
import { createPinia } from 'pinia'
import { createApp } from 'vue'
import ConsoleRoot from './ConsoleRoot.vue'
import { browserHost } from './host/browser.ts'
import { electronHost } from './host/electron.ts'
import { hostKey } from './host/host.ts'
import { reloadWhenOutdated } from './lazy.ts'
import { createLink, linkKey } from './link/link.ts'
import { createWords } from './locales/words.ts'
import { createRoutes } from './routes.ts'

reloadWhenOutdated()
const host = window.workstation ? electronHost() : browserHost()

createApp(ConsoleRoot)
  .provide(hostKey, host)
  .provide(linkKey, createLink(host))
  .use(createPinia())
  .use(createWords())
  .use(createRoutes())
  .mount('#console')
