/** A raw 4:2:0 picture and the few shapes that scenes are drawn with. */

export interface Picture {
  width: number
  height: number
  /** Luma plane, then the two chroma planes at half size. */
  bytes: Uint8Array
}
/** Red, green, blue as 0xrrggbb. */
export type Colour = number
export type Point = readonly [x: number, y: number]

/** A picture in the colour of a hedge, which shows where a scene leaves gaps. */
export function blankPicture(width: number, height: number): Picture {
  const picture = { width, height, bytes: new Uint8Array((width * height * 3) / 2) }
  rectangle(picture, 0, 0, width, height, 0x5d7a48)
  return picture
}

/** Limited-range Y, U, V of a colour (ITU-R BT.709). */
function components(colour: Colour): [number, number, number] {
  const red = (colour >> 16) / 255
  const green = ((colour >> 8) & 0xff) / 255
  const blue = (colour & 0xff) / 255
  const luma = 0.2126 * red + 0.7152 * green + 0.0722 * blue
  return [16 + 219 * luma, 128 + (224 * (blue - luma)) / 1.8556, 128 + (224 * (red - luma)) / 1.5748]
}

/** One row of pixels from `left` up to but without `right`; parts outside the picture are left out. */
function row(picture: Picture, y: number, left: number, right: number, parts: [number, number, number]): void {
  const { width, height, bytes } = picture
  const from = Math.max(0, Math.round(left))
  const to = Math.min(width, Math.round(right))
  if (y < 0 || y >= height || to <= from) return
  bytes.fill(parts[0], y * width + from, y * width + to)
  if (y % 2) return
  const half = width / 2
  const plane = width * height
  const at = plane + (y / 2) * half
  bytes.fill(parts[1], at + (from >> 1), at + ((to + 1) >> 1))
  bytes.fill(parts[2], at + plane / 4 + (from >> 1), at + plane / 4 + ((to + 1) >> 1))
}

export function rectangle(picture: Picture, x: number, y: number, width: number, height: number, colour: Colour): void {
  const parts = components(colour)
  for (let line = Math.round(y); line < Math.round(y + height); line++) row(picture, line, x, x + width, parts)
}

/** A vertical gradient. */
export function gradient(picture: Picture, y: number, height: number, above: Colour, below: Colour): void {
  const first = components(above)
  const last = components(below)
  for (let line = 0; line < height; line++) {
    const share = line / height
    const parts = first.map((value, at) => value + (last[at]! - value) * share) as [number, number, number]
    row(picture, y + line, 0, picture.width, parts)
  }
}

export function disc(picture: Picture, x: number, y: number, radius: number, colour: Colour): void {
  const parts = components(colour)
  for (let line = Math.ceil(y - radius); line <= y + radius; line++) {
    const half = Math.sqrt(Math.max(0, radius * radius - (line - y) ** 2))
    row(picture, line, x - half, x + half, parts)
  }
}

/** A convex or concave polygon, filled by the even-odd rule. */
export function polygon(picture: Picture, points: readonly Point[], colour: Colour): void {
  const parts = components(colour)
  const heights = points.map(([, y]) => y)
  for (let line = Math.ceil(Math.min(...heights)); line < Math.max(...heights); line++) {
    const crossings = points
      .flatMap(([x, y], at) => {
        const [nextX, nextY] = points[(at + 1) % points.length]!
        return y <= line === nextY <= line ? [] : [x + ((line - y) / (nextY - y)) * (nextX - x)]
      })
      .sort((a, b) => a - b)
    for (let at = 0; at + 1 < crossings.length; at += 2) row(picture, line, crossings[at]!, crossings[at + 1]!, parts)
  }
}

/** A walking person, feet at x, y. */
export function person(picture: Picture, x: number, y: number, height: number, coat: Colour): void {
  const width = height / 4
  disc(picture, x, y - height * 0.88, height * 0.12, 0xe0b896)
  rectangle(picture, x - width / 2, y - height * 0.76, width, height * 0.42, coat)
  rectangle(picture, x - width / 2, y - height * 0.34, width * 0.4, height * 0.34, 0x2b2f38)
  rectangle(picture, x + width * 0.1, y - height * 0.34, width * 0.4, height * 0.34, 0x2b2f38)
}

/** A car seen from the side, its rear wheel at x, y. */
export function car(picture: Picture, x: number, y: number, length: number, paint: Colour): void {
  const height = length / 5
  rectangle(picture, x, y - height * 1.1, length, height, paint)
  polygon(picture, [[x + length * 0.18, y - height], [x + length * 0.3, y - height * 1.9], [x + length * 0.68, y - height * 1.9], [x + length * 0.84, y - height]], paint) // prettier-ignore
  polygon(picture, [[x + length * 0.25, y - height * 1.1], [x + length * 0.33, y - height * 1.75], [x + length * 0.65, y - height * 1.75], [x + length * 0.76, y - height * 1.1]], 0x9fb4c4) // prettier-ignore
  disc(picture, x + length * 0.2, y - height * 0.1, height * 0.42, 0x15171a)
  disc(picture, x + length * 0.8, y - height * 0.1, height * 0.42, 0x15171a)
}

/** A house front with a grid of windows. */
export function house(picture: Picture, x: number, y: number, width: number, height: number, wall: Colour): void {
  rectangle(picture, x, y, width, height, wall)
  for (let top = y + 16; top < y + height - 24; top += 36)
    for (let left = x + 12; left < x + width - 20; left += 30) rectangle(picture, left, top, 16, 20, 0x4d6276)
}
