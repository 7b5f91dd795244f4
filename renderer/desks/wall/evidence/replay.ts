/** Where one is in the last minute: values for the bar. Times are ms since 1970, positions seconds in the film. */

export interface Span {
  from: number
  to: number
}

export const speeds = [0.5, 1, 2, 4] as const

/** When the picture at this position was received. */
export const instantAt = ({ from, to }: Span, position: number): number => Math.min(to, from + position * 1000)

/** The marked part of a film of `length` seconds; a mark that is not set, or lies beyond the other, is the film's end. */
export function markedPart(span: Span, length: number, marks: { in: number | null; out: number | null }): Span {
  const start = marks.in ?? 0
  const end = marks.out !== null && marks.out > start ? marks.out : length
  return { from: instantAt(span, start), to: instantAt(span, end) }
}

export const secondsBetween = (span: Span | null): number => (span ? (span.to - span.from) / 1000 : 0)
export const secondsOf = ({ from, to }: Span): number => Math.max(1, Math.round((to - from) / 1000))
