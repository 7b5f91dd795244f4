/** The program's log must never be what ends the program. */
import { mkdirSync, symlinkSync } from 'node:fs'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { openLog } from '../../native/log.ts'
import { temporaryFolder } from './support.ts'

test.skipIf(process.platform !== 'linux')('a line that finds the disk full is lost, and nothing else', () => {
  const folder = temporaryFolder()
  mkdirSync(join(folder, 'logs'))
  // Every write to this device fails with ENOSPC.
  symlinkSync('/dev/full', join(folder, 'logs/console.log'))
  const uncaught: unknown[] = []
  const keep = (error: unknown) => void uncaught.push(error)
  process.on('uncaughtException', keep)
  onTestFinished(() => void process.off('uncaughtException', keep))
  const log = openLog(folder)
  expect(() => log.error('nobody reads this')).not.toThrow()
  expect(uncaught).toEqual([])
})
