/** The shell's own log: a file that starts anew when it is large, and the last lines in memory for a report. */
import { mkdirSync, renameSync, statSync } from 'node:fs'
import path from 'node:path'
import { destination, type Logger, pino, stdSerializers } from 'pino'

const maximumSize = 5 * 1024 * 1024
const kept = 200

export interface ShellLog {
  log: Logger
  /** The last lines, oldest first. */
  recent(): string[]
}

function rotate(file: string): void {
  try {
    if (statSync(file).size > maximumSize) renameSync(file, `${file}.1`)
  } catch {
    // There is none yet.
  }
}

export function openShellLog(folder: string): ShellLog {
  mkdirSync(folder, { recursive: true, mode: 0o700 })
  const file = path.join(folder, 'shell.log')
  rotate(file)
  const sink = destination({ dest: file, sync: true })
  const lines: string[] = []
  const log = pino(
    // The ticket of an attached program lets in whoever has it.
    { base: null, serializers: { error: stdSerializers.err }, redact: ['ticket', 'cookie', '*.ticket', '*.cookie'] },
    {
      write(line: string) {
        lines.push(line.trimEnd())
        if (lines.length > kept) lines.shift()
        sink.write(line)
      },
    },
  )
  return { log, recent: () => [...lines] }
}
