/** What the command line asks for. Unknown arguments are Chromium's or the system's, and are left to them. */
import { parseArgs } from 'node:util'

export interface ShellOptions {
  /** Address of a native program that runs by itself; absent: the shell hosts one. */
  attach: string | null
  /** The operator's configuration file; absent: `console.json` in the user's folder, as for the kiosk. */
  config: string | null
  /** Set when the shell started itself again because the GPU process kept ending. */
  withoutAcceleration: boolean
}

export function readOptions(commandLine: readonly string[]): ShellOptions {
  const { values } = parseArgs({
    args: [...commandLine],
    strict: false,
    allowPositionals: true,
    options: {
      attach: { type: 'string' },
      config: { type: 'string' },
      'without-acceleration': { type: 'boolean' },
    },
  })
  const text = (value: unknown) => (typeof value === 'string' && value !== '' ? value : null)
  return {
    attach: text(values.attach),
    config: text(values.config),
    withoutAcceleration: values['without-acceleration'] === true,
  }
}
