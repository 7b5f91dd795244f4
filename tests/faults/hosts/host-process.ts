/** The runner's end of the line to a child: questions with a limit, kill -9, and a pool of children that have started already. */
import { type ChildProcess, fork } from 'node:child_process'
import { once } from 'node:events'
import type { Answer } from './answering.ts'

/** The child said no; `code` is the contract's, or `died` when it was killed before it had answered. */
export class HostRefusal extends Error {
  override name = 'HostRefusal'
  readonly code: string

  constructor(code: string, message: string) {
    super(message)
    this.code = code
  }
}

export interface HostProgram {
  program: URL
  /** Imported before the program: plants a defect. */
  preload: URL | null
  /** The rule that a hub breaks. */
  misbehaviour: string | null
}

const answerMs = 60_000

export class HostProcess {
  readonly #child: ChildProcess
  readonly #waiting = new Map<number, (answer: Answer) => void>()
  readonly #started: Promise<unknown>
  #last = 0
  #isKilled = false
  #death: Omit<Extract<Answer, { ok: false }>, 'id'> = { ok: false, code: 'died', message: 'it is going to die' }

  constructor({ program, preload, misbehaviour }: HostProgram, cacheFolder: string) {
    this.#child = fork(program, misbehaviour ? [misbehaviour] : [], {
      execArgv: preload ? ['--import', preload.href] : [],
      env: { ...process.env, NODE_COMPILE_CACHE: cacheFolder },
      stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
    })
    this.#started = new Promise((resolve) => this.#waiting.set(0, resolve))
    this.#child.on('message', (answer: Answer) => {
      this.#waiting.get(answer.id)?.(answer)
      this.#waiting.delete(answer.id)
    })
    this.#child.once('exit', (code, signal) => {
      const isOurs = this.#isKilled
      const answer = isOurs
        ? ({ ok: false, code: 'died', message: 'it was killed' } as const)
        : ({ ok: false, code: 'crashed', message: `it ended by itself: ${signal ?? code}` } as const)
      this.#death = answer
      for (const [id, resolve] of this.#waiting) resolve({ id, ...answer })
      this.#waiting.clear()
    })
  }

  get pid(): number {
    return this.#child.pid ?? 0
  }

  get isAlive(): boolean {
    return this.#child.exitCode === null && this.#child.signalCode === null
  }

  /** Rejects with `HostRefusal`: the child's code, `died`, or `late` after a minute. */
  async ask<T>(command: string, input: unknown = null): Promise<T> {
    await this.#started
    if (!this.isAlive || !this.#child.connected) throw new HostRefusal(this.#death.code, this.#death.message)
    const id = (this.#last += 1)
    const answer = await new Promise<Answer>((resolve) => {
      const late = setTimeout(
        () => resolve({ id, ok: false, code: 'late', message: `${command}: no answer` }),
        answerMs,
      )
      this.#waiting.set(id, (given) => {
        clearTimeout(late)
        resolve(given)
      })
      this.#child.send({ id, command, input }, (error) => {
        if (error) this.#waiting.get(id)?.({ id, ...this.#death })
      })
    })
    if (!answer.ok) throw new HostRefusal(answer.code, answer.message)
    return answer.output as T
  }

  /** kill -9; resolves when the process is gone. */
  async kill(): Promise<void> {
    if (!this.isAlive) return
    const gone = once(this.#child, 'exit')
    this.#isKilled = true
    this.#child.kill('SIGKILL')
    await gone
  }
}

export interface HostPool {
  take(): HostProcess
  /** A child that is clean again; one that has served long enough is not taken back. */
  giveBack(host: HostProcess): Promise<void>
  close(): Promise<void>
}

/** A child serves so many schedules: long enough to spare starts, short enough to hold no old garbage. */
const mostUses = 40

export function createHostPool(start: () => HostProcess, spare: number): HostPool {
  const idle: HostProcess[] = []
  const all = new Set<HostProcess>()
  const uses = new WeakMap<HostProcess, number>()
  const add = () => {
    const host = start()
    all.add(host)
    return host
  }
  const fill = () => {
    while (idle.length < spare) idle.push(add())
  }
  fill()
  return {
    take() {
      const host = idle.shift() ?? add()
      fill()
      uses.set(host, (uses.get(host) ?? 0) + 1)
      return host
    },
    async giveBack(host) {
      if (host.isAlive && (uses.get(host) ?? 0) < mostUses && idle.length < spare * 2) return void idle.push(host)
      all.delete(host)
      await host.kill()
    },
    async close() {
      await Promise.all([...all].map((host) => host.kill()))
    },
  }
}
