/** Numbers that follow from a seed, so that a failing run can be repeated. */

export function createSampling(seed: number) {
  let state = (seed ^ 0x9e3779b9) >>> 0
  /** xorshift32 of Marsaglia (2003). */
  const next = () => {
    state ^= state << 13
    state ^= state >>> 17
    state ^= state << 5
    state >>>= 0
    return state
  }
  const between = (low: number, high: number) => low + (next() % (high - low + 1))
  return { between, pick: <T>(values: readonly [T, ...T[]]): T => values[between(0, values.length - 1)] ?? values[0] }
}
