/** The child's end of the line to the runner: one answer to every question, in whatever order they are ready. */

export interface Question {
  id: number
  command: string
  input: unknown
}

export type Answer =
  { id: number; ok: true; output: unknown } | { id: number; ok: false; code: string; message: string }

export type Commands = Record<string, (input: never) => unknown>

/** Answers until the runner goes away; then this process ends at once, as if it had been killed. */
export function answerRunner(commands: Commands): void {
  const tell = (answer: Answer) => void (process.connected && process.send?.(answer, () => undefined))
  process.on('message', (question: Question) => void answer(commands, question).then(tell))
  process.on('disconnect', () => process.exit(0))
  tell({ id: 0, ok: true, output: null })
}

async function answer(commands: Commands, { id, command, input }: Question): Promise<Answer> {
  try {
    const known = commands[command]
    if (!known) throw new Error(`unknown command ${command}`)
    return { id, ok: true, output: (await known(input as never)) ?? null }
  } catch (error) {
    const { code = 'unexpected', message } = error as { code?: unknown; message: string }
    return { id, ok: false, code: String(code), message }
  }
}
