/** Gives the frames of a stop to the worker that compares them, and what came of it back. One worker for all stops of a walk. */
import type { ChangeDone, ChangeWork } from './change-worker.ts'

export interface ChangeFinder {
  /** Null when it cannot be compared, or after `close`. */
  find(work: Omit<ChangeWork, 'id'>): Promise<ChangeDone | null>
  close(): void
}

export function createChangeFinder(): ChangeFinder {
  const worker = new Worker(new URL('./change-worker.ts', import.meta.url), { type: 'module', name: 'change hints' })
  const waiting = new Map<number, (done: ChangeDone | null) => void>()
  let last = 0
  let isOver = false

  function giveUp(): void {
    isOver = true
    for (const tell of waiting.values()) tell(null)
    waiting.clear()
  }
  worker.addEventListener('message', ({ data }: MessageEvent<ChangeDone>) => {
    waiting.get(data.id)?.(data)
    waiting.delete(data.id)
  })
  worker.addEventListener('error', giveUp)

  return {
    find: (work) =>
      new Promise((resolve) => {
        if (isOver) return resolve(null)
        last += 1
        waiting.set(last, resolve)
        worker.postMessage({ ...work, id: last } satisfies ChangeWork)
      }),
    close() {
      worker.terminate()
      giveUp()
    },
  }
}
