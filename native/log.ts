/** The program's log: JSON lines in the data folder, kept to two files of bounded size. Never holds secrets or personal data. */
import { existsSync, mkdirSync, renameSync, statSync } from 'node:fs'
import { join } from 'node:path'
import pino, { type Logger } from 'pino'
import { StartFailure } from './start-failure.ts'

const maxBytes = 20_000_000
const secrets = ['password', 'token', 'credentials', 'ticket', 'cookie', 'authorization', 'sessionToken']

/** Moves a large old log aside at the start. */
export function openLog(dataFolder: string): Logger {
  const folder = join(dataFolder, 'logs')
  const file = join(folder, 'console.log')
  try {
    mkdirSync(folder, { recursive: true, mode: 0o700 })
    if (existsSync(file) && statSync(file).size > maxBytes) renameSync(file, `${file}.1`)
    const destination = pino.destination({ dest: file, sync: true, mode: 0o600 })
    // On a full disk lines are lost, and the program goes on: without a listener the first lost line would end it.
    destination.on('error', () => undefined)
    return pino(
      {
        level: process.env.SUBCENTER_LOG ?? 'info',
        base: null,
        redact: secrets.flatMap((name) => [name, `*.${name}`]),
        serializers: { error: pino.stdSerializers.err },
      },
      destination,
    )
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException
    throw new StartFailure('storage', `不能写入 ${folder} (${code})`, `cannot write to ${folder}: ${code}`, error)
  }
}
