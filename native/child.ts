/** Entry: the native program as a utility process of the shell, which tells it what to open and hands it one port a page. */
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { RPCHandler } from '@orpc/server/ws'
import { loadConfiguration } from './configuration.ts'
import type { NativeMessage, ShellMessage } from './contract/shell-messages.ts'
import { openLog } from './log.ts'
import { asSocket, type PagePort } from './page-port.ts'
import { StartFailure } from './start-failure.ts'
import { openWorkstation, type Workstation } from './workstation.ts'

/** What the shell's runtime gives a utility process. */
interface ParentPort {
  postMessage(message: NativeMessage): void
  on(event: 'message', listener: (event: { data: ShellMessage; ports: PagePort[] }) => void): void
}

const parent = (process as { parentPort?: ParentPort }).parentPort
if (!parent) throw new Error('This entry is for the shell; start native/kiosk.ts instead.')

const opened = Promise.withResolvers<Workstation>()
// The shell hears of a failed start by `failed`; pages are not sent before `ready`.
opened.promise.catch(() => undefined)

async function open(message: ShellMessage & { type: 'open' }): Promise<Workstation> {
  const configuration = loadConfiguration(message.configurationFile)
  const log = openLog(configuration.dataFolder)
  // A fault that nobody expected leaves the program in an unknown state: say so, end, and be started again.
  const crash = (error: unknown) => {
    log.fatal({ error }, 'an unexpected fault ended the program')
    process.exit(70)
  }
  process.on('uncaughtException', crash)
  process.on('unhandledRejection', crash)
  const hasKeyFile = existsSync(join(configuration.dataFolder, 'console.key'))
  return await openWorkstation({
    configuration,
    allowedOrigins: message.allowedOrigins,
    log,
    mediaWorkerUrl: new URL('./media-worker.js', import.meta.url),
    backupWorkerUrl: new URL('./backup-worker.js', import.meta.url),
    ...(message.databaseKey !== null && !hasKeyFile ? { databaseKey: message.databaseKey } : {}),
  })
}

function failed(error: unknown): NativeMessage {
  const english = error instanceof Error ? error.message : String(error)
  if (error instanceof StartFailure) return { type: 'failed', code: error.code, chinese: error.chinese, english }
  return { type: 'failed', code: 'internal', chinese: `本机服务未能启动:${english}`, english }
}

async function start(message: ShellMessage & { type: 'open' }): Promise<void> {
  try {
    const workstation = await open(message)
    opened.resolve(workstation)
    void workstation.renewal.then(beginAnew)
    parent!.postMessage({ type: 'ready', mediaOrigin: workstation.mediaOrigin })
  } catch (error) {
    opened.reject(error)
    parent!.postMessage(failed(error))
    // The message leaves with the next turn of the loop.
    setTimeout(() => process.exit(1), 100)
  }
}

/** The shell starts the program again, which then carries out what was ordered. */
async function beginAnew(): Promise<void> {
  await (await opened.promise).close()
  process.exit(75)
}

async function close(): Promise<void> {
  await (await opened.promise.catch(() => null))?.close()
  process.exit(0)
}

parent.on('message', ({ data, ports }) => {
  if (data.type === 'open') void start(data)
  else if (data.type === 'close') void close()
  else if (data.type === 'page') {
    void opened.promise.then(({ router }) => new RPCHandler(router).upgrade(asSocket(ports[0]!)))
  } else void opened.promise.then((workstation) => workstation[data.type]())
})
