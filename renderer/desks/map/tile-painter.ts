/** Gives tiles to the worker that draws them, and the pictures back. */
import type { TileDone, TileWork } from './tile-worker.ts'

export interface TilePainter {
  /** Rejects when the tile cannot be drawn, or after `close`. */
  paint(work: Omit<TileWork, 'id'>): Promise<ImageBitmap>
  close(): void
}

export function createTilePainter(): TilePainter {
  const worker = new Worker(new URL('./tile-worker.ts', import.meta.url), { type: 'module', name: 'map tiles' })
  const waiting = new Map<number, { resolve: (image: ImageBitmap) => void; reject: (error: Error) => void }>()
  let last = 0

  worker.addEventListener('message', ({ data: { id, image } }: MessageEvent<TileDone>) => {
    const whoever = waiting.get(id)
    waiting.delete(id)
    if (image) whoever?.resolve(image)
    else whoever?.reject(new Error('the tile cannot be drawn'))
  })
  worker.addEventListener('error', giveUp)
  function giveUp(): void {
    for (const { reject } of waiting.values()) reject(new Error('tiles cannot be drawn'))
    waiting.clear()
  }

  return {
    paint: (work) =>
      new Promise((resolve, reject) => {
        last += 1
        waiting.set(last, { resolve, reject })
        worker.postMessage({ ...work, id: last } satisfies TileWork)
      }),
    close() {
      worker.terminate()
      giveUp()
    },
  }
}
