/** `npm run demo`: a simulated district and a console on it. Ctrl-C ends everything that was started. */
import { mkdirSync } from 'node:fs'
import { buildRenderer } from './build.ts'
import { createChildren, interrupted } from './children.ts'
import { hasDisplay, openWindow } from './console-window.ts'

const folder = new URL('out/demo', import.meta.url).pathname
const readyMs = 120_000

/** Resolves when the district has printed that it is ready; its lines are shown to the user. */
async function startDistrict(children: ReturnType<typeof createChildren>): Promise<void> {
  const ready = Promise.withResolvers<void>()
  const args = ['tests/district/main.ts', '--folder', folder, ...process.argv.slice(2)]
  children.start(process.execPath, args, {
    onLine(line) {
      console.log(line)
      if (line.includes('district ready')) ready.resolve()
    },
  })
  const timer = setTimeout(
    () => ready.reject(new Error(`the district was not ready within ${readyMs / 1000} s`)),
    readyMs,
  )
  await ready.promise.finally(() => clearTimeout(timer))
}

function startConsole(children: ReturnType<typeof createChildren>): void {
  const isShown = hasDisplay(process.env)
  let isOpen = false
  children.start(process.execPath, ['native/kiosk.ts', '--config', `${folder}/console.json`], {
    onLine(line) {
      const address = /open (http:\S+)/.exec(line)?.[1]
      if (!address) return console.log(line)
      if (isShown && !isOpen) openWindow(children, address)
      isOpen = true
      console.log(
        `\n网格分中心指挥台 / the console: open ${address}\n(each address works once; a new one is printed when it is used. Ctrl-C ends everything.)`,
      )
    },
  })
}

const failed = Promise.withResolvers<never>()
const children = createChildren((program, code) => failed.reject(new Error(`${program} ended (${code})`)))
const stopped = interrupted()
try {
  mkdirSync(folder, { recursive: true })
  await buildRenderer()
  console.log(
    'starting the simulated district (the first start makes the pictures of its cameras: about half a minute)',
  )
  await Promise.race([startDistrict(children), failed.promise, stopped])
  startConsole(children)
  await Promise.race([stopped, failed.promise])
} catch (error) {
  console.error(String(error))
  process.exitCode = 1
} finally {
  await children.close()
}
process.exit()
