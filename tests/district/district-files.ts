/** Files that the district leaves for a console: the workstation's token and a configuration that points at the hub. */
import { accessSync, constants, existsSync, mkdirSync, writeFileSync } from 'node:fs'
import { dirname, join, resolve } from 'node:path'
import { workstationToken } from './seed-data.ts'

/** Makes the folder, or says for a person why it cannot be used. */
export function requireWritable(folder: string): void {
  try {
    makeFolder(resolve(folder))
    accessSync(folder, constants.W_OK | constants.X_OK)
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException
    throw new Error(`the folder ${folder} cannot be written (${code})`, { cause: error })
  }
}

/** Step by step: `mkdirSync` with `recursive` never returns where a parent refuses with ENOENT, as below /proc (Node 24). */
function makeFolder(folder: string): void {
  if (existsSync(folder)) return
  makeFolder(dirname(folder))
  mkdirSync(folder)
}

export function writeToken(folder: string, seed: number, code: string) {
  const token = workstationToken(seed, code)
  const tokenFile = join(folder, `${code}.token`)
  writeFileSync(tokenFile, `${token}\n`, { mode: 0o600 })
  return { code, token, tokenFile }
}

/** Paths in the file are relative to it. */
export function writeConfiguration(folder: string, url: string, workstation: string, name = 'console'): string {
  const configFile = join(folder, `${name}.json`)
  const hub = { url, ca: './ca.pem', workstation, tokenFile: `./${workstation}.token` }
  writeFileSync(configFile, `${JSON.stringify({ hub, dataFolder: `./${name}` }, null, 2)}\n`)
  return configFile
}
