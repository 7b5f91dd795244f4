/** The scale line: a round length on the ground that is near 110 pixels. Pure. */
const wanted = 110

export interface Scale {
  /** Key of the words, and the number in them. */
  key: 'map.metres' | 'map.kilometres'
  count: number
  pixels: number
}

export function scaleOf(metresPerPixel: number): Scale {
  const most = Math.max(1, wanted * metresPerPixel)
  const power = 10 ** Math.floor(Math.log10(most))
  const metres = ([5, 2].find((digit) => digit * power <= most) ?? 1) * power
  const pixels = Math.round(metres / metresPerPixel)
  return metres < 1_000
    ? { key: 'map.metres', count: metres, pixels }
    : { key: 'map.kilometres', count: metres / 1_000, pixels }
}
