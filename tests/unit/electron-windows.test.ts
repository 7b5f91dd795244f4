/** Where windows go, and that no file can keep the console from starting. */
import fc from 'fast-check'
import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { expect, test } from 'vitest'
import { displayOf, moveFor, numbered, overlap, placeWindow, type Rectangle } from '../../electron/displays.ts'
import { readOptions } from '../../electron/options.ts'
import { openWindowState, parseWindows, type SavedWindow } from '../../electron/window-state.ts'

const main = { id: 1, workArea: { x: 0, y: 0, width: 1920, height: 1040 } }
const right = { id: 2, workArea: { x: 1920, y: 0, width: 3840, height: 2160 } }
const left = { id: 3, workArea: { x: -1280, y: 100, width: 1280, height: 980 } }

test('a window stands where it was, or fills its display', () => {
  const saved = { x: 200, y: 100, width: 1000, height: 700 }
  expect(placeWindow(saved, main)).toEqual(saved)
  expect(placeWindow(undefined, right)).toEqual(right.workArea)
  expect(placeWindow(saved, right)).toEqual(right.workArea)
  expect(placeWindow({ ...saved, x: 1800 }, main)).toEqual(main.workArea)
  expect(placeWindow({ ...saved, y: -40 }, main)).toEqual({ ...saved, y: 0 })
})

test('wherever it was, a placed window can be taken hold of on its display', () => {
  const number = fc.integer({ min: -10_000, max: 10_000 })
  const size = fc.integer({ min: 1, max: 10_000 })
  const rectangle: fc.Arbitrary<Rectangle> = fc.record({ x: number, y: number, width: size, height: size })
  fc.assert(
    fc.property(rectangle, fc.constantFrom(main, right, left), (saved, display) => {
      const placed = placeWindow(saved, display)
      const shared = overlap(placed, display.workArea)
      return shared.width >= 160 && shared.height >= 48 && placed.y >= display.workArea.y
    }),
  )
})

test('displays are counted from the main one, then from left to right', () => {
  expect(numbered([right, main, left], main).map(({ id }) => id)).toEqual([1, 3, 2])
  // The main one may be named before the system lists it.
  expect(numbered([right], main).map(({ id }) => id)).toEqual([1, 2])
})

test('a window belongs on the display that a person moved it to, not on the one that the system moved it to', () => {
  const bounds = { x: 1800, y: 100, width: 1000, height: 700 }
  expect(displayOf(bounds, 1, [left, main, right])).toBe(2)
  expect(displayOf({ ...bounds, x: 100 }, 2, [left, main, right])).toBe(1)
  expect(displayOf({ ...bounds, x: 100 }, 2, [left, main])).toBe(2)
  expect(displayOf({ ...bounds, x: 90_000 }, 2, [left, main, right])).toBe(2)
})

test('a window goes home when its display goes, and back when it comes again', () => {
  expect(moveFor({ display: 2, isAway: false }, [main, right])).toBe('stay')
  expect(moveFor({ display: 2, isAway: false }, [main])).toBe('home')
  expect(moveFor({ display: 2, isAway: true }, [main])).toBe('stay')
  expect(moveFor({ display: 2, isAway: true }, [main, right])).toBe('back')
})

const wall: SavedWindow = {
  wall: 1,
  display: 2,
  bounds: { x: 1, y: 2, width: 800, height: 600 },
  isMaximized: true,
  isFullscreen: false,
  isOpen: true,
}

test('what was saved is there again', () => {
  const file = path.join(mkdtempSync(path.join(tmpdir(), 'windows-')), 'windows.json')
  const faults: unknown[] = []
  const state = openWindowState(file, (error) => faults.push(error))
  expect(state.all()).toEqual([])
  state.put({ ...wall, isOpen: false })
  state.put(wall)
  // Several walls on one display, and the console, each have their own place.
  const others = [
    { ...wall, wall: 2, bounds: { ...wall.bounds, x: 40 } },
    { ...wall, wall: null },
  ]
  for (const other of others) state.put(other)
  const again = openWindowState(file, (error) => faults.push(error))
  expect(again.all()).toEqual([wall, ...others])
  expect(again.find(2)).toEqual(others[0])
  expect(again.find(null)).toEqual(others[1])
  expect(again.find(3)).toBe(undefined)
  expect(faults).toEqual([])
})

test('a file that is broken, foreign or out of range is forgotten', () => {
  const file = path.join(mkdtempSync(path.join(tmpdir(), 'windows-')), 'windows.json')
  openWindowState(file, () => undefined).put(wall)
  const good = readFileSync(file, 'utf8')
  expect(parseWindows(good)).toEqual([wall])
  for (const bad of [
    good.slice(0, 40),
    good.replace('"version":2', '"version":1'),
    good.replace('800', '1e9'),
    good.replace('"wall":1', '"wall":9'),
    good.replace('"wall":1', '"wall":"1"'),
    '[]',
    'null',
  ]) {
    writeFileSync(file, bad)
    expect(openWindowState(file, () => undefined).all(), bad).toEqual([])
  }
  fc.assert(fc.property(fc.oneof(fc.string(), fc.json()), (text) => Array.isArray(parseWindows(text))))
})

test('a disk that refuses is reported and the window goes on', () => {
  const faults: unknown[] = []
  const state = openWindowState('/nowhere/at/all/windows.json', (error) => faults.push(error))
  state.put(wall)
  expect(faults).toHaveLength(1)
  expect(state.find(1)).toEqual(wall)
})

test("the command line is read, and what is Chromium's is left alone", () => {
  expect(
    readOptions(['--inspect=0', '--remote-debugging-port=0', '/app', '--attach', 'http://127.0.0.1:1/#/enter/T']),
  ).toEqual({
    attach: 'http://127.0.0.1:1/#/enter/T',
    config: null,
    withoutAcceleration: false,
  })
  expect(readOptions(['--config=/etc/console.json', '--without-acceleration', '--attach'])).toEqual({
    attach: null,
    config: '/etc/console.json',
    withoutAcceleration: true,
  })
})
