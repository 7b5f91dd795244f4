/** The configuration file: paths relative to it, and every mistake named. */
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { loadConfiguration } from '../../native/configuration.ts'
import { temporaryFolder } from './support.ts'

const good = {
  hub: { url: 'https://hub.example:8443', workstation: 'SZ-02', tokenFile: './token' },
  dataFolder: './data',
}

function write(content: string): string {
  const folder = temporaryFolder()
  writeFileSync(join(folder, 'token'), 'secret-token\n')
  const file = join(folder, 'console.json')
  writeFileSync(file, content)
  return file
}

test('paths are relative to the file, the token is read from its own', () => {
  const file = write(JSON.stringify(good))
  expect(loadConfiguration(file)).toEqual({
    hub: { url: 'https://hub.example:8443', workstation: 'SZ-02', ca: null, token: 'secret-token' },
    dataFolder: join(file, '../data'),
    map: null,
    backupFolder: null,
    retentionYears: 3,
  })
})

test('what is said of warnings is kept', () => {
  expect(loadConfiguration(write(JSON.stringify({ ...good, warnMinutes: 60 })))).toMatchObject({ warnMinutes: 60 })
})

test.each([
  ['warns too late to help', JSON.stringify({ ...good, warnMinutes: 1 }), 'warnMinutes'],
  ['is not JSON', '{', 'JSON'],
  ['speaks plain http', JSON.stringify({ ...good, hub: { ...good.hub, url: 'http://hub.example' } }), 'url'],
  ['has a field that nobody knows', JSON.stringify({ ...good, colour: 1 }), 'colour'],
  ['names a token that is not there', JSON.stringify({ ...good, hub: { ...good.hub, tokenFile: './gone' } }), 'gone'],
  ['lacks the data folder', JSON.stringify({ hub: good.hub }), 'dataFolder'],
])('a file that %s is refused in words', (_name, content, word) => {
  expect(() => loadConfiguration(write(content))).toThrow(word)
})
