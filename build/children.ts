/** Programs that a command starts: each in a process group of its own, all ended with the command. */
import { type ChildProcess, spawn } from 'node:child_process'
import { createInterface } from 'node:readline'

export interface Children {
  /** Starts a program; its output goes to `onLine`. The command ends when one of its programs does. */
  start(program: string, args: readonly string[], options?: StartOptions): ChildProcess
  /** Ends every program: SIGTERM, and SIGKILL after five seconds. */
  close(): Promise<void>
}

interface StartOptions {
  onLine?: (line: string) => void
  environment?: NodeJS.ProcessEnv
  /** Its end is expected, e.g. a browser that the user closes. */
  mayEnd?: boolean
}

const graceMs = 5_000

/** `onEnded` hears of a program that ended by itself. */
export function createChildren(onEnded: (program: string, code: number | null) => void): Children {
  const running = new Map<ChildProcess, Promise<void>>()
  return {
    start(program, args, { onLine, environment, mayEnd = false } = {}) {
      const child = spawn(program, args, {
        detached: true,
        env: environment ?? process.env,
        stdio: ['ignore', onLine ? 'pipe' : 'ignore', onLine ? 'inherit' : 'ignore'],
      })
      if (onLine && child.stdout) createInterface({ input: child.stdout }).on('line', onLine)
      const ended = new Promise<void>((resolve) => {
        child.once('error', () => resolve())
        child.once('exit', () => resolve())
      })
      running.set(child, ended)
      void ended.then(() => {
        if (running.delete(child) && !mayEnd) onEnded(`${program} ${args[0] ?? ''}`, child.exitCode)
      })
      return child
    },
    async close() {
      const open = [...running]
      running.clear()
      await Promise.all(open.map(([child, ended]) => endGroup(child, ended)))
    },
  }
}

async function endGroup(child: ChildProcess, ended: Promise<void>): Promise<void> {
  kill(child, 'SIGTERM')
  const force = setTimeout(() => kill(child, 'SIGKILL'), graceMs)
  await ended
  clearTimeout(force)
  // What a program left behind in its group goes as well.
  kill(child, 'SIGKILL')
}

function kill(child: ChildProcess, signal: NodeJS.Signals): void {
  if (child.pid === undefined) return
  try {
    process.kill(-child.pid, signal)
  } catch {
    // The group is gone already.
  }
}

/** Resolves with the first SIGINT, SIGTERM or SIGHUP. */
export function interrupted(): Promise<void> {
  return new Promise((resolve) => {
    for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => resolve())
  })
}
