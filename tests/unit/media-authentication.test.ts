import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { Authenticator, chooseChallenge, parseChallenges } from '../../native/media/authentication.ts'

const mufasa = { user: 'Mufasa', password: 'Circle of Life' }

function answer(challenges: string[], credentials = mufasa, nonce = 'client'): string | null {
  const authenticator = new Authenticator(credentials, () => nonce)
  authenticator.accept(challenges)
  return authenticator.header('GET', '/dir/index.html')
}

describe('challenges', () => {
  test('RFC 7616 section 3.9.1, both algorithms', () => {
    const nonce = 'f2/wE4q74E6zIJEtWaHKaf5wv/H5QzzpXusqGemxURZJ'
    const challenge = (algorithm: string) =>
      `Digest realm="http-auth@example.org", qop="auth, auth-int", algorithm=${algorithm}, nonce="7ypf/xlj9XXwfDPEoM4URrv/xwf94BcCAzFZH4GiTo0v", opaque="FQhe/qaU925kfnzjCev0ciny7QMkPqMAFRtzCUYo5tdS"`
    expect(answer([challenge('MD5')], mufasa, nonce)).toContain('response="8ca523f5e9506fed4657c9700eebdbec"')
    const both = answer([challenge('MD5'), challenge('SHA-256')], mufasa, nonce)
    expect(both).toContain('response="753927fa0e85d155564e2e272a28d1802ca10daf4496794697cf8db5856cb6c1"')
    expect(both).toContain('algorithm=SHA-256')
  })

  test('RFC 2069 digest without qop, as most cameras ask', () => {
    const header = answer(['Digest realm="testrealm@host.com", nonce="dcd98b7102dd2f0e8b11d0f600bfb0c093"'], {
      user: 'Mufasa',
      password: 'CircleOfLife',
    })
    expect(header).not.toContain('cnonce')
    expect(header).toContain('response="1949323746fe6a43ef61f9606e7febea"')
  })

  test('Basic in UTF-8, only when nothing better is offered', () => {
    expect(answer(['Basic realm="x"'], { user: '值班', password: 'ü:1' })).toBe(
      `Basic ${Buffer.from('值班:ü:1').toString('base64')}`,
    )
    expect(answer(['Basic realm="x", Digest realm="y", nonce="z"'])).toMatch(/^Digest /)
  })

  test('escapes what would break the header or add one', () => {
    const header = answer(['Digest realm="a", nonce="b"'], { user: 'x"\\\r\nEvil: 1', password: '' })
    expect(header).toContain('username="x\\"\\\\Evil: 1"')
    expect(header).not.toMatch(/[\r\n]/)
  })

  test('reads any text without failing', () => {
    fc.assert(
      fc.property(fc.array(fc.string({ unit: fc.constantFrom(...'Digest Bac=",\\ \tnonce') })), (values) => {
        chooseChallenge(parseChallenges(values))
      }),
    )
  })
})

describe('asking again after a 401', () => {
  const digest = (extra = '', nonce = '1') => [`Digest realm="r", nonce="${nonce}"${extra}`]

  test('is useless with the same credentials', () => {
    const authenticator = new Authenticator(mufasa, () => 'n')
    expect(authenticator.accept(digest())).toBe(true)
    expect(authenticator.accept(digest('', '2'))).toBe(false)
  })

  test('helps when the nonce was stale, or had worked before', () => {
    const authenticator = new Authenticator(mufasa, () => 'n')
    authenticator.accept(digest())
    expect(authenticator.accept(digest(', stale=true', '2'))).toBe(true)
    authenticator.confirm()
    expect(authenticator.accept(digest('', '3'))).toBe(true)
    expect(authenticator.accept(digest('', '4'))).toBe(false)
  })

  test('is useless when the challenge cannot be answered', () => {
    const authenticator = new Authenticator(mufasa, () => 'n')
    expect(authenticator.accept(['Negotiate'])).toBe(false)
    expect(authenticator.accept(['Digest realm="r", nonce="1", algorithm=SHA-512-256'])).toBe(false)
    expect(authenticator.accept([])).toBe(false)
  })
})
