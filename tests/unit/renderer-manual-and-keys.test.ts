/** The manual's little Markdown, and the table of keys that the cheat sheet is drawn from. */
import { readFileSync } from 'node:fs'
import { describe, expect, it, onTestFinished, vi } from 'vitest'
import { createShortcuts, keysOf } from '../../renderer/composables/shortcuts.ts'
import { parseManual, stretches } from '../../renderer/desks/manual/markdown.ts'

const manual = readFileSync(new URL('../../renderer/desks/manual/manual.zh-CN.md', import.meta.url), 'utf8')

function press(key: string, more: Partial<KeyboardEvent> = {}): KeyboardEvent {
  const code = /^[a-z]$/i.test(key) ? `Key${key.toUpperCase()}` : /^\d$/.test(key) ? `Digit${key}` : key
  return { key, code, ctrlKey: false, altKey: false, metaKey: false, target: null, ...more } as KeyboardEvent
}

describe('the manual', () => {
  it('is read into blocks without losing a word', () => {
    const blocks = parseManual(manual)
    const text = JSON.stringify(blocks)
    expect(blocks[0]?.kind).toBe('title')
    expect(new Set(blocks.map(({ kind }) => kind))).toEqual(new Set(['title', 'heading', 'paragraph', 'list', 'table']))
    for (const word of manual.matchAll(/[\u4e00-\u9fff]{2,}/g)) expect(text).toContain(word[0])
    expect(text).not.toMatch(/`|\| ---/)
  })

  it('draws what stands between backticks as a key', () => {
    expect(stretches('按 `F1` 打开')).toEqual([
      { text: '按 ', isKey: false },
      { text: 'F1', isKey: true },
      { text: ' 打开', isKey: false },
    ])
  })
})

describe('keys', () => {
  it.each([
    [press('1', { ctrlKey: true }), 'Ctrl+1'],
    [press('t', { altKey: true }), 'Alt+T'],
    [press('o'), 'O'],
    [press('?', { code: 'Slash' }), '?'],
    [press('Escape'), 'Esc'],
    [press('F1'), 'F1'],
    // An input method is on: the key says nothing, its place does.
    [press('Process', { code: 'KeyA' }), 'A'],
  ])('%# are written as the sheet writes them', (event, keys) => {
    expect(keysOf(event)).toBe(keys)
  })

  it('go to whoever came last, and back when that one leaves', () => {
    const table = createShortcuts()
    const [desk, panel] = [vi.fn(), vi.fn()]
    table.add([{ keys: 'Esc', words: '', group: '', run: desk }])
    const leave = table.add([{ keys: 'Esc', words: '', group: '', run: panel }])
    expect(table.press(press('Escape'))).toBe(true)
    leave()
    table.press(press('Escape'))
    expect([desk.mock.calls.length, panel.mock.calls.length]).toEqual([1, 1])
  })

  it('are left alone when they mean nothing or a word is being composed', () => {
    const table = createShortcuts()
    table.add([{ keys: 'Enter', words: '', group: '' }])
    table.add([{ keys: 'O', words: '', group: '', run: vi.fn() }])
    expect(table.press(press('Enter'))).toBe(false)
    expect(table.press(press('o', { isComposing: true }))).toBe(false)
    expect(table.press(press('o', { ctrlKey: true }))).toBe(false)
  })

  it('of one letter act only from within their desk, never while a word is typed or a form is open', () => {
    class Somewhere {
      readonly tagName: string
      readonly inside: string
      constructor(tagName: string, inside: string) {
        this.tagName = tagName
        this.inside = inside
      }
      closest = (selector: string) => (selector === this.inside ? this : null)
    }
    vi.stubGlobal('Element', Somewhere)
    vi.stubGlobal('HTMLElement', Somewhere)
    onTestFinished(() => void vi.unstubAllGlobals())
    const from = (tagName: string, inside: string) => new Somewhere(tagName, inside) as unknown as EventTarget
    let isFormOpen = false
    const table = createShortcuts()
    table.add([{ keys: 'D', words: '', group: '', within: '.dispatch', isOff: () => isFormOpen, run: vi.fn() }])
    table.add([{ keys: 'Shift+4', words: '', group: '', run: vi.fn() }])
    table.add([{ keys: 'Enter', words: '', group: '', run: vi.fn() }])
    expect(table.press(press('d', { target: from('DIV', '.dispatch') }))).toBe(true)
    expect(table.press(press('d', { target: from('DIV', '.wall') }))).toBe(false)
    expect(table.press(press('d', { target: from('INPUT', '.dispatch') }))).toBe(false)
    expect(table.press(press('4', { shiftKey: true, target: from('DIV', '.dispatch') }))).toBe(true)
    expect(table.press(press('4', { shiftKey: true, target: from('TEXTAREA', '.dispatch') }))).toBe(false)
    // 229: an input method has the key, even where a browser does not say that it composes.
    expect(table.press(press('Enter', { keyCode: 229, target: from('TEXTAREA', '.dispatch') }))).toBe(false)
    expect(table.press(press('Enter', { keyCode: 13, target: from('TEXTAREA', '.dispatch') }))).toBe(true)
    isFormOpen = true
    expect(table.press(press('d', { target: from('DIV', '.dispatch') }))).toBe(false)
  })
})
