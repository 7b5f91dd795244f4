/** What is fetched only when needed, fetched ahead once there is time: a panel must also open while the native program is away. */
import { defineAsyncComponent } from 'vue'

export const desks = {
  dispatch: () => import('./desks/dispatch/DispatchDesk.vue'),
  wall: () => import('./desks/wall/WallDesk.vue'),
  patrol: () => import('./desks/patrol/PatrolDesk.vue'),
  walk: () => import('./desks/patrol/walk/WalkView.vue'),
  cameras: () => import('./desks/cameras/CamerasDesk.vue'),
  map: () => import('./desks/map/MapDesk.vue'),
  manual: () => import('./desks/manual/ManualDesk.vue'),
  instructions: () => import('./desks/instructions/InstructionsDesk.vue'),
  handover: () => import('./desks/handover/HandOverDesk.vue'),
  sync: () => import('./desks/sync/SyncDesk.vue'),
  paper: () => import('./desks/print/PaperFallback.vue'),
  print: () => import('./desks/print/PrintCase.vue'),
}
const signIn = () => import('./desks/sign-in/SignIn.vue')
const alarms = () => import('./alarms/AlarmsPanel.vue')
const notices = () => import('./frame/NoticesPanel.vue')
const sheet = () => import('./frame/ShortcutSheet.vue')
const palette = () => import('./frame/CommandPalette.vue')

export const SignIn = defineAsyncComponent(signIn)
export const AlarmsPanel = defineAsyncComponent(alarms)
export const NoticesPanel = defineAsyncComponent(notices)
export const ShortcutSheet = defineAsyncComponent(sheet)
export const CommandPalette = defineAsyncComponent(palette)

/** Fetches one after the other, each when the page is idle. A failure costs nothing: it is fetched when it is needed. */
export async function fetchAhead(): Promise<void> {
  // The start of the console comes first; it is over by then.
  await new Promise((resolve) => setTimeout(resolve, 3000))
  for (const load of [
    palette,
    alarms,
    notices,
    sheet,
    desks.manual,
    desks.wall,
    desks.patrol,
    desks.walk,
    desks.cameras,
    desks.map,
    signIn,
    desks.sync,
    desks.paper,
    desks.print,
  ]) {
    await new Promise((resolve) => requestIdleCallback(resolve))
    await load().catch(() => undefined)
  }
}

/**
 * A file that is gone means that the native program was updated under this page: load the new page, but not again and
 * again should that not help.
 */
export function reloadWhenOutdated(): void {
  const key = 'console.reloadedAt'
  window.addEventListener('vite:preloadError', (event) => {
    const before = Number(sessionStorage.getItem(key) ?? 0)
    if (Date.now() - before < 60_000) return
    event.preventDefault()
    sessionStorage.setItem(key, String(Date.now()))
    window.location.reload()
  })
}
