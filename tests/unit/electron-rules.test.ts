/** What a page may do, where it may go, and what is served to it: the rules without an Electron. */
import fc from 'fast-check'
import { posix, win32 } from 'node:path'
import { describe, expect, test } from 'vitest'
import { linkAmong, readLink } from '../../electron/deep-links.ts'
import { Gestures, isOwnFile, safeFileName } from '../../electron/downloads.ts'
import { isOurPage, isTrustedSender, navigationVerdict } from '../../electron/navigation.ts'
import { fileFor, policyFor } from '../../electron/page-files.ts'
import { isGranted, permissions } from '../../electron/permissions.ts'

describe('permissions', () => {
  test('every grant has a reason', () => {
    for (const { permission, why } of permissions) expect(why.length, permission).toBeGreaterThan(10)
  })

  test('our own page gets what is in the table, and nothing else', () => {
    expect(isGranted('media', 'console://app/', true)).toBe(true)
    expect(isGranted('media', 'console://app/#/wall', true)).toBe(true)
    for (const permission of [
      'geolocation',
      'usb',
      'serial',
      'hid',
      'openExternal',
      'display-capture',
      'clipboard-read',
      'fileSystem',
      'unknown',
    ])
      expect(isGranted(permission, 'console://app/', true), permission).toBe(false)
  })

  test('nobody else gets anything', () => {
    for (const url of [
      '',
      'null',
      'https://app/',
      'http://127.0.0.1:4000/',
      'console://application/',
      'console://app.evil/',
      'file:///',
    ])
      expect(isGranted('media', url, true), url).toBe(false)
    expect(isGranted('media', 'console://app/', false)).toBe(false)
  })
})

describe('navigation', () => {
  test.each([
    ['console://app/', 'stay'],
    ['console://app/#/dispatch/TZ-1', 'stay'],
    ['console://app/other.html', 'deny'],
    ['console://app:80/', 'deny'],
    ['console://user@app/', 'deny'],
    ['https://example.com/', 'deny'],
    ['javascript:alert(1)', 'deny'],
    ['file:///etc/passwd', 'deny'],
    ['data:text/html,x', 'deny'],
    ['tel:+861069540000', 'external'],
    ['tel:12345', 'external'],
    ['tel:12345;ext=1', 'deny'],
    ['mailto:somebody@example.com', 'deny'],
    ['not a url', 'deny'],
  ])('%s: %s', (url, verdict) => expect(navigationVerdict(url)).toBe(verdict))

  test('only the top frame of our own page may speak to the shell', () => {
    expect(isTrustedSender({ url: 'console://app/#/wall', parent: null })).toBe(true)
    expect(isTrustedSender({ url: 'console://app/', parent: {} })).toBe(false)
    expect(isTrustedSender({ url: 'https://example.com/', parent: null })).toBe(false)
    expect(isTrustedSender({ url: '', parent: null })).toBe(false)
    expect(isTrustedSender(null)).toBe(false)
  })

  test('no text is mistaken for our page', () => {
    fc.assert(fc.property(fc.webUrl(), (url) => !isOurPage(url)))
    fc.assert(fc.property(fc.string(), (text) => !isOurPage(text) || text.trim().toLowerCase().startsWith('console:')))
  })
})

describe('saving', () => {
  const own = { url: 'blob:console://app/6f0c', hops: 1, page: 'console://app/#/print/C1' }

  test('is for what our own page has made, and for nothing else', () => {
    expect(isOwnFile(own)).toBe(true)
    for (const url of [
      'blob:https://elsewhere.example/6f0c',
      'blob:console://app.example/6f0c',
      'blob:null/6f0c',
      'blob:',
      'console://app/export.zip',
      'https://elsewhere.example/a.unsent',
      'http://127.0.0.1:4000/clip.mp4',
      'data:text/plain,x',
      'file:///etc/passwd',
      '',
    ])
      expect(isOwnFile({ ...own, url }), url).toBe(false)
    expect(isOwnFile({ ...own, hops: 2 })).toBe(false)
    expect(isOwnFile({ ...own, page: 'https://elsewhere.example/' })).toBe(false)
    expect(isOwnFile({ ...own, page: '' })).toBe(false)
  })

  test('a key or a click pays for one file, and not for ever', () => {
    const minute = 60_000
    const gestures = new Gestures()
    expect(gestures.spend(0)).toBe(false)
    gestures.press(0)
    gestures.press(minute)
    expect(gestures.spend(14 * minute)).toBe(true)
    expect(gestures.spend(15.5 * minute)).toBe(true)
    expect(gestures.spend(15.5 * minute)).toBe(false)
    gestures.press(20 * minute)
    expect(gestures.spend(35 * minute)).toBe(false)
    for (let times = 0; times < 1000; times += 1) gestures.press(40 * minute)
    let spent = 0
    while (gestures.spend(41 * minute)) spent += 1
    expect(spent).toBe(32)
  })

  test.each([
    ['取证-TZ-2026-1123-0457-12.zip', '取证-TZ-2026-1123-0457-12.zip'],
    ['SZ-02-20261123-0941.unsent', 'SZ-02-20261123-0941.unsent'],
    ['自建摄像机-2026-11-23.geojson', '自建摄像机-2026-11-23.geojson'],
    ['../../etc/passwd', 'etc-passwd.file'],
    ['C:\\Windows\\a.pdf', 'C-Windows-a.pdf'],
    ['~/.bashrc', 'bashrc.file'],
    ['.zip', 'zip.file'],
    ['整改\u202efdp.exe', '整改-fdp.exe.file'],
    ['通知.pdf.exe', '通知.pdf.exe.file'],
    ['通知.pdf. . ', '通知.pdf'],
    ['快捷方式.lnk', '快捷方式.lnk.file'],
    ['CON.txt', 'console-CON.txt'],
    ['nul', 'console-nul.file'],
    ['a\u0000b\n.csv', 'a-b-.csv'],
    ['', 'console.file'],
    ['...', 'console.file'],
  ])('%j is saved as %j', (name, safe) => expect(safeFileName(name)).toBe(safe))

  test('every name is one plain file of a kind that does not run', () => {
    const part = fc.oneof(
      fc.string({ unit: 'binary' }),
      fc.constantFrom('..', '/', '\\', '.exe', '.zip', '\u202e', 'aux', ' '),
    )
    fc.assert(
      fc.property(fc.array(part), (parts) => {
        const safe = safeFileName(parts.join(''))
        const isPlain = posix.basename(safe) === safe && win32.basename(safe) === safe
        return (
          isPlain && /^[^.\s~-].*\.[a-z0-9]+$/is.test(safe) && [...safe].length <= 140 && safeFileName(safe) === safe
        )
      }),
    )
  })
})

describe('links from outside', () => {
  test.each([
    ['subcenter-console://case/TZ-2026-1123-0457', { kind: 'case', id: 'TZ-2026-1123-0457' }],
    ['subcenter-console://camera/11011200001310000001', { kind: 'camera', id: '11011200001310000001' }],
    ['subcenter-console://case/', null],
    ['subcenter-console://case/..', null],
    ['subcenter-console://case/a/b', null],
    ['subcenter-console://case/a?x=1', null],
    ['subcenter-console://case/a%2Fb', null],
    ['subcenter-console://settings/a', null],
    ['Subcenter-console://case/a', null],
    ['https://case/a', null],
    [`subcenter-console://case/${'x'.repeat(65)}`, null],
    ['subcenter-console://case/a\n', null],
  ])('%s', (text, target) => expect(readLink(text)).toEqual(target))

  test('of several arguments the last link counts', () => {
    expect(linkAmong(['--flag', 'subcenter-console://case/A', 'subcenter-console://camera/B', 'x'])).toEqual({
      kind: 'camera',
      id: 'B',
    })
    expect(linkAmong(['electron', '.'])).toBe(null)
  })
})

describe('files of the page', () => {
  test.each([
    ['console://app/', 'index.html'],
    ['console://app/?x=1#/wall', 'index.html'],
    ['console://app/assets/index-2-s_2wPR.css', 'assets/index-2-s_2wPR.css'],
    ['console://app/assets/hls.worker-DX51GcGk.js', 'assets/hls.worker-DX51GcGk.js'],
    // The parser takes these apart before anybody could climb: they name nothing that is not below the folder.
    ['console://app/../../etc/x.js', 'etc/x.js'],
    ['console://app/assets/%2e%2e/%2e%2e/x.js', 'x.js'],
    ['console://app/..%2f..%2fx.js', null],
    ['console://app/assets\\x.js', null],
    ['console://app/x.js%00.png', null],
    ['console://app/.env.js', null],
    ['console://app/assets//x.js', null],
    ['console://app/main.ts', null],
    ['console://app/assets/', null],
    ['console://other/index.html', null],
    ['https://app/index.html', null],
    ['not a url', null],
  ])('%s', (address, path) => expect(fileFor(address)?.path ?? null).toBe(path))

  test('no address leaves the folder', () => {
    const part = fc.oneof(fc.constantFrom('..', '%2e%2e', '%2f', '%5c', '\\', '.', '', 'a.js', '%00', '~'), fc.string())
    fc.assert(
      fc.property(fc.array(part), (parts) => {
        const path = fileFor(`console://app/${parts.join('/')}`)?.path
        return (
          path === undefined || (/^[\w.\-/]+$/.test(path) && !path.split('/').includes('..') && !path.startsWith('/'))
        )
      }),
    )
  })

  test('the policy names the media gateway and its sockets, or nothing while it is not known', () => {
    expect(policyFor('http://127.0.0.1:4000')).toContain('; connect-src http://127.0.0.1:4000 ws://127.0.0.1:4000;')
    expect(policyFor(null)).toContain("; connect-src 'none';")
  })
})
