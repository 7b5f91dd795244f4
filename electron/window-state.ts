/** Keeps where the windows were, in a file: what cannot be read there is forgotten, never a reason not to start. */
import { readFileSync, renameSync, writeFileSync } from 'node:fs'
import * as z from 'zod/mini'
import type { WallNumber } from './displays.ts'

const length = z.int().check(z.minimum(-100_000), z.maximum(100_000))
const size = z.int().check(z.minimum(1), z.maximum(100_000))
const savedWindow = z.object({
  /** null: the console's own */
  wall: z.nullable(z.int().check(z.minimum(1), z.maximum(8))),
  /** The display it belongs on. */
  display: z.number(),
  bounds: z.object({ x: length, y: length, width: size, height: size }),
  isMaximized: z.boolean(),
  isFullscreen: z.boolean(),
  /** Was open when the console ended. */
  isOpen: z.boolean(),
})
const file = z.object({ version: z.literal(2), windows: z.array(savedWindow).check(z.maxLength(64)) })

export type SavedWindow = z.infer<typeof savedWindow>

export function parseWindows(text: string): SavedWindow[] {
  try {
    return file.parse(JSON.parse(text)).windows
  } catch {
    return []
  }
}

export interface WindowState {
  find(wall: WallNumber): SavedWindow | undefined
  all(): SavedWindow[]
  put(window: SavedWindow): void
}

/** @param fault is told of a disk that refuses; the windows themselves go on */
export function openWindowState(path: string, fault: (error: unknown) => void): WindowState {
  const windows = new Map<WallNumber, SavedWindow>()
  for (const window of parseWindows(read(path))) windows.set(window.wall, window)
  return {
    find: (wall) => windows.get(wall),
    all: () => [...windows.values()],
    put(window) {
      windows.set(window.wall, window)
      try {
        // Beside it first, so that a power failure leaves one whole file.
        writeFileSync(`${path}.new`, JSON.stringify({ version: 2, windows: [...windows.values()] }))
        renameSync(`${path}.new`, path)
      } catch (error) {
        fault(error)
      }
    },
  }
}

function read(path: string): string {
  try {
    return readFileSync(path, 'utf8')
  } catch {
    return ''
  }
}
