/** The database key: sealed where the system really can, never replaced, and never pretended to be safe. */
import { readFileSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { databaseKey, type SafeStorage } from '../../electron/secrets.ts'
import { temporaryFolder } from './support.ts'

const turned = (text: string) => [...text].reverse().join('')

/** A key store as before the asynchronous calls. */
function storage(changes: Partial<SafeStorage> = {}): SafeStorage {
  return {
    isEncryptionAvailable: () => true,
    encryptString: (text) => Buffer.from(turned(text)),
    decryptString: (sealed) => turned(sealed.toString()),
    getSelectedStorageBackend: () => 'gnome_libsecret',
    ...changes,
  }
}

test('a key is made once, kept sealed, readable by its owner only', async () => {
  const file = join(temporaryFolder(), 'key')
  const first = await databaseKey(storage(), file, 'linux')
  expect(first).toEqual({ key: expect.stringMatching(/^[0-9a-f]{64}$/) as string, warning: null })
  expect(readFileSync(file, 'utf8')).not.toContain(first.key)
  expect(statSync(file).mode & 0o077).toBe(0)
  expect(await databaseKey(storage(), file, 'linux')).toEqual(first)
})

test('the asynchronous calls are used where they are, and a key is sealed again when the store asks', async () => {
  const file = join(temporaryFolder(), 'key')
  const { key } = await databaseKey(storage(), file, 'linux')
  const modern = storage({
    isAsyncEncryptionAvailable: () => Promise.resolve(true),
    encryptStringAsync: (text) => Promise.resolve(Buffer.from(`new:${text}`)),
    decryptStringAsync: (sealed) => Promise.resolve({ result: turned(sealed.toString()), shouldReEncrypt: true }),
    encryptString: () => Buffer.from('never'),
  })
  expect((await databaseKey(modern, file, 'linux')).key).toBe(key)
  expect(readFileSync(file, 'utf8')).toBe(`new:${key}`)
})

test.each(['basic_text', 'unknown'])(
  'on Linux the store %s is refused with a warning and nothing is written',
  async (backend) => {
    const file = join(temporaryFolder(), 'key')
    const answer = await databaseKey(storage({ getSelectedStorageBackend: () => backend }), file, 'linux')
    expect(answer.key).toBe(null)
    expect(answer.warning).toContain(backend)
    expect(() => readFileSync(file)).toThrow('ENOENT')
    expect((await databaseKey(storage({ getSelectedStorageBackend: () => backend }), file, 'win32')).warning).toBe(null)
  },
)

test('without a store, and with a sealed key that does not open, there is no key and nothing changes', async () => {
  const file = join(temporaryFolder(), 'key')
  expect((await databaseKey(storage({ isEncryptionAvailable: () => false }), file, 'linux')).key).toBe(null)
  writeFileSync(file, 'sealed elsewhere')
  const locked = storage({
    decryptString: () => {
      throw new Error('cannot open')
    },
  })
  expect(await databaseKey(locked, file, 'linux')).toEqual({ key: null, warning: 'the key store failed: cannot open' })
  expect(readFileSync(file, 'utf8')).toBe('sealed elsewhere')
})
