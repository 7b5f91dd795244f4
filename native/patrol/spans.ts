/** Spans of time: sets of instants as sorted spans that do not touch. Values in, values out. */

/** `to` is not part of it. */
export interface Span {
  from: number
  to: number
}

/** What is in any of them; an empty span holds nothing. */
export function union(spans: readonly Span[]): Span[] {
  const joined: Span[] = []
  for (const span of [...spans].sort((one, other) => one.from - other.from)) {
    if (span.to <= span.from) continue
    const last = joined.at(-1)
    if (last && span.from <= last.to) last.to = Math.max(last.to, span.to)
    else joined.push({ ...span })
  }
  return joined
}

/** What is in both. */
export function intersection(ones: readonly Span[], others: readonly Span[]): Span[] {
  return union(
    ones.flatMap((one) =>
      others.map((other) => ({ from: Math.max(one.from, other.from), to: Math.min(one.to, other.to) })),
    ),
  )
}

/** What is in `ones` and in none of `others`. */
export function difference(ones: readonly Span[], others: readonly Span[]): Span[] {
  let left = union(ones)
  for (const { from, to } of union(others)) {
    left = left.flatMap((span) => [
      { from: span.from, to: Math.min(span.to, from) },
      { from: Math.max(span.from, to), to: span.to },
    ])
    left = union(left)
  }
  return left
}

export function lengthOf(spans: readonly Span[]): number {
  return spans.reduce((sum, { from, to }) => sum + to - from, 0)
}

/** How many there are when those with less than `gapMs` between them count as one. */
export function runsOf(spans: readonly Span[], gapMs: number): number {
  return union(spans.map(({ from, to }) => ({ from, to: to + gapMs }))).length
}

export const moved = (spans: readonly Span[], by: number): Span[] =>
  spans.map(({ from, to }) => ({ from: from + by, to: to + by }))

export const hourMs = 3_600_000

/** Cut at full hours; `hour` counts from 1970. */
export function byHour(spans: readonly Span[]): { hour: number; from: number; to: number }[] {
  return spans.flatMap(({ from, to }) => {
    const pieces = []
    for (let start = from; start < to;) {
      const hour = Math.floor(start / hourMs)
      const end = Math.min(to, (hour + 1) * hourMs)
      pieces.push({ hour, from: start, to: end })
      start = end
    }
    return pieces
  })
}
