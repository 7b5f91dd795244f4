/** Waits for something in another process, with a limit. */

/** Asks every 15 ms until the answer is true; rejects after `limitMs` with `what` was waited for. */
export async function until(limitMs: number, what: string, isSo: () => boolean | Promise<boolean>): Promise<void> {
  const end = Date.now() + limitMs
  while (!(await isSo())) {
    if (Date.now() > end) throw new Error(`not within ${limitMs} ms: ${what}`)
    await pause(15)
  }
}

export const pause = (ms: number) => new Promise<void>((resolve) => setTimeout(resolve, ms))
