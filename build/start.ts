/** `npm start`: the console alone, with the operator's own configuration. `npm start -- --config FILE --port N` */
import { existsSync } from 'node:fs'
import { homedir } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { buildRenderer } from './build.ts'
import { createChildren, interrupted } from './children.ts'
import { hasDisplay, openWindow } from './console-window.ts'

const settings = process.env.XDG_CONFIG_HOME ?? join(homedir(), '.config')
const { values } = parseArgs({
  options: {
    config: { type: 'string', default: join(settings, 'subcenter-console', 'console.json') },
    port: { type: 'string', default: '0' },
  },
})

if (!existsSync(values.config)) {
  console.error(`没有配置文件 ${values.config}。请按 README 的 Configuration 一节建立,或用 --config 指明。`)
  console.error(
    `There is no ${values.config}. Make one as the README's section Configuration says, or name one with --config.`,
  )
  process.exit(1)
}

const failed = Promise.withResolvers<never>()
const children = createChildren((program, code) => failed.reject(new Error(`${program} ended (${code})`)))
try {
  await buildRenderer()
  let isOpen = false
  children.start(process.execPath, ['native/kiosk.ts', '--config', values.config, '--port', values.port], {
    onLine(line) {
      console.log(line)
      const address = /open (http:\S+)/.exec(line)?.[1]
      if (address && !isOpen && hasDisplay(process.env)) openWindow(children, address)
      isOpen = true
    },
  })
  await Promise.race([interrupted(), failed.promise])
} catch (error) {
  console.error(String(error))
  process.exitCode = 1
} finally {
  await children.close()
}
process.exit()
