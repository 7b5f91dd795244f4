/** Opens the kiosk and the workstation behind it, and closes both when the program is told to end. */
import { parseArgs } from 'node:util'
import { loadConfiguration } from '../configuration.ts'
import { storageFailure } from '../database/failure.ts'
import { serveFailure } from './failure-page.ts'
import { startKiosk } from './kiosk-server.ts'
import { openLog } from '../log.ts'
import { StartFailure } from '../start-failure.ts'
import { openWorkstation } from '../workstation.ts'

const { values } = parseArgs({
  options: {
    config: { type: 'string' },
    port: { type: 'string', default: '0' },
    'allow-origin': { type: 'string', multiple: true, default: [] },
    renderer: { type: 'string', default: new URL('../../build/out/renderer', import.meta.url).pathname },
  },
})

async function run(): Promise<void> {
  if (!values.config)
    throw new StartFailure('configuration', '请用 --config 指明配置文件', 'name the configuration: --config FILE')
  const configuration = loadConfiguration(values.config)
  await using resources = new AsyncDisposableStack()
  const log = openLog(configuration.dataFolder)
  const kiosk = await startKiosk({
    port: Number(values.port),
    rendererFolder: values.renderer,
    allowedOrigins: values['allow-origin'],
    log,
    onAddress: (address) => console.log(`console: open ${address}`),
  })
  resources.defer(() => kiosk.close())
  const allowedOrigins = [kiosk.origin, kiosk.origin.replace('127.0.0.1', 'localhost'), ...values['allow-origin']]
  // A fault that nobody expected leaves the program in an unknown state: say so, end, and be started again.
  const crashed = new Promise<never>((_resolve, reject) => {
    // A damaged database is nothing unexpected: the workstation asks to be opened anew.
    const crash = (error: unknown) => void (storageFailure(error) === 'corrupt' || reject(error))
    process.on('uncaughtException', crash)
    process.on('unhandledRejection', crash)
  })
  const over = Promise.race([stopped(), crashed])
  let mediaPort = 0
  /** Answers whether the workstation is to be opened anew. */
  async function serveOnce(): Promise<boolean> {
    const workstation = await openWorkstation({ configuration, allowedOrigins, log, mediaPort })
    // Pages hold the address of the media gateway: the next one takes it over.
    mediaPort = Number(new URL(workstation.mediaOrigin).port)
    try {
      kiosk.serve(workstation)
      return await Promise.race([over.then(() => false), workstation.renewal.then(() => true)])
    } finally {
      kiosk.suspend()
      await workstation.close()
    }
  }
  try {
    while (await serveOnce()) log.warn('the workstation is opened anew')
  } catch (error) {
    if (error instanceof StartFailure) throw error
    log.fatal({ error }, 'an unexpected fault ended the program')
    console.error(error)
    process.exitCode = 70
  }
}

function stopped(): Promise<void> {
  return new Promise((resolve) => {
    process.once('SIGINT', () => resolve())
    process.once('SIGTERM', () => resolve())
  })
}

try {
  await run()
  process.exit()
} catch (error) {
  if (!(error instanceof StartFailure)) throw error
  console.error(`${error.chinese}\n${error.message}`)
  console.log(`console: open ${await serveFailure(error)}`)
  process.once('SIGINT', () => process.exit(1))
  process.once('SIGTERM', () => process.exit(1))
}
