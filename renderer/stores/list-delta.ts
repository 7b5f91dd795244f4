/** Keeps a list by id in step with its deltas. Pure. */
import type { ListDelta } from '../../native/contract/places.ts'

export function byKey<T>(items: readonly T[], keyOf: (item: T) => string): ReadonlyMap<string, T> {
  return new Map(items.map((item) => [keyOf(item), item]))
}

/** A new map; what did not change keeps its place, what is new comes last. */
export function applyListDelta<T>(
  held: ReadonlyMap<string, T>,
  { put, removed }: ListDelta<T>,
  keyOf: (item: T) => string,
): ReadonlyMap<string, T> {
  const next = new Map(held)
  for (const id of removed) next.delete(id)
  for (const item of put) next.set(keyOf(item), item)
  return next
}
