/** What the page may load and reach, in both hosts. */
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { contentSecurityPolicy } from '../../native/contract/content-security-policy.ts'

test('denies by default and allows connections only to what is named', () => {
  const policy = contentSecurityPolicy(['http://127.0.0.1:4000', 'ws://127.0.0.1:4000'])
  expect(policy).toContain("default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'")
  expect(policy).toContain('; connect-src http://127.0.0.1:4000 ws://127.0.0.1:4000; ')
  expect(policy).not.toContain('unsafe-eval')
})

test('no origins means no connections at all', () => {
  expect(contentSecurityPolicy([])).toContain("; connect-src 'none'; ")
})

test('nothing that is named can add a directive', () => {
  fc.assert(
    fc.property(fc.string(), fc.constantFrom(' ', ';', ',', '\n', "'"), fc.string(), (before, separator, after) => {
      expect(() => contentSecurityPolicy([`http://${before}${separator}${after}`])).toThrow(RangeError)
    }),
  )
})
