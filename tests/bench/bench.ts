/** What every bench shares: its flags, its medians, its last line. */
import { cpus } from 'node:os'

export const isQuick = process.argv.includes('--quick')

export function report(text: string): void {
  console.log(text)
}

export function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b)
  const middle = Math.floor(sorted.length / 2)
  const [low = 0, high = 0] = [sorted[Math.ceil(sorted.length / 2) - 1], sorted[middle]]
  return (low + high) / 2
}

/** Prints the one JSON line that ends a bench. */
export function finish(bench: string, figures: Record<string, unknown>): void {
  const runtime = { node: process.version, cores: cpus().length, quick: isQuick }
  console.log(JSON.stringify({ bench, runtime, figures }))
}
