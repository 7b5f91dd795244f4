/** Drawn sequences of places as cameras see them on two days, with a known change between them or none, in any light and weather. */
import { drawBarcode } from '../district/cameras/barcode.ts'
import { loopMs } from '../district/cameras/loop.ts'
import { blankPicture, car, disc, type Picture, polygon, rectangle } from '../district/cameras/picture.ts'
import { type SceneName, scenes } from '../district/cameras/scenes.ts'
import type { Pixels } from '../../renderer/desks/patrol/change/compare-pictures.ts'

export const changeKinds = ['parked-car', 'rubbish', 'manhole-open', 'stall'] as const
export type ChangeKind = (typeof changeKinds)[number]

export interface Sequence {
  scene: SceneName
  /** Null: nothing changed. */
  change: ChangeKind | null
  /** The frames of each day, as small as they are compared. */
  earlier: Pixels[]
  now: Pixels[]
}

/** As the desk takes them. */
export interface Sampling {
  width: number
  height: number
  frames: number
  /** From one frame to the next, ms. */
  gapMs: number
}

const full = { width: 1280, height: 720 }
type Random = () => number

/** Mulberry32: the same numbers for the same seed, everywhere. */
export function seeded(seed: number): Random {
  let state = seed >>> 0
  return () => {
    state = (state + 0x6d2b79f5) >>> 0
    let mixed = Math.imul(state ^ (state >>> 15), state | 1)
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32
  }
}

const between = (random: Random, from: number, to: number) => from + random() * (to - from)
const oneOf = <T>(random: Random, all: readonly T[]): T => all[Math.floor(random() * all.length)] as T

interface Spot {
  kind: ChangeKind
  x: number
  y: number
  size: number
  colours: readonly number[]
}

/** Where on the ground something happens; further up the picture is further off and smaller. */
function spotOf(random: Random, kind: ChangeKind): Spot {
  const y = between(random, 470, 650)
  const near = 0.6 + (0.6 * (y - 470)) / 180
  const sizes = { 'parked-car': [170, 260], rubbish: [70, 140], 'manhole-open': [60, 80], stall: [130, 220] } as const
  const [least, most] = sizes[kind]
  const paints = [0xb3322c, 0xdfe3e6, 0x2d4f7a, 0x3a3f45, 0x8c8f66, 0x8a5478, 0x3f7a63, 0xc28d35]
  const colours = Array.from({ length: 8 }, () => oneOf(random, paints))
  return { kind, x: between(random, 120, 900), y, size: between(random, least, most) * near, colours }
}

/** `isThere`: the car, the heap, the stall; of a manhole: its cover is off. */
function drawSpot(picture: Picture, { kind, x, y, size, colours }: Spot, isThere: boolean): void {
  if (kind === 'manhole-open') return manhole(picture, x, y, size, isThere)
  if (!isThere) return
  if (kind === 'parked-car') car(picture, x, y, size, colours[0] ?? 0)
  else if (kind === 'stall') stall(picture, x, y, size, colours)
  else
    colours.forEach((paint, at) => {
      const share = at / colours.length
      disc(picture, x + share * size, y - size * 0.14 * (1 + (at % 3)), size * (0.1 + 0.03 * (at % 2)), paint)
    })
}

function stall(picture: Picture, x: number, y: number, size: number, colours: readonly number[]): void {
  const [awning = 0, first = 0, second = 0] = colours
  rectangle(picture, x + size * 0.05, y - size * 0.75, size * 0.03, size * 0.75, 0x44484d)
  rectangle(picture, x + size * 0.92, y - size * 0.75, size * 0.03, size * 0.75, 0x44484d)
  polygon(picture, [[x, y - size * 0.7], [x + size * 0.12, y - size], [x + size * 0.88, y - size], [x + size, y - size * 0.7]], awning) // prettier-ignore
  rectangle(picture, x + size * 0.1, y - size * 0.32, size * 0.8, size * 0.3, 0x8d7456)
  rectangle(picture, x + size * 0.15, y - size * 0.44, size * 0.3, size * 0.12, first)
  rectangle(picture, x + size * 0.52, y - size * 0.42, size * 0.3, size * 0.1, second)
}

/** An ellipse in the road: grey iron with a rim, or the open hole. */
function manhole(picture: Picture, x: number, y: number, size: number, isOpen: boolean): void {
  const ring = (share: number) =>
    Array.from({ length: 24 }, (_, at) => {
      const angle = (at * Math.PI) / 12
      return [x + (Math.cos(angle) * size * share) / 2, y + (Math.sin(angle) * size * share) / 4] as const
    })
  polygon(picture, ring(1), 0x3d3f40)
  polygon(picture, ring(0.86), isOpen ? 0x08090a : 0x747779)
}

/** What differs from one visit to the next although nothing changed. */
interface Visit {
  phase: number
  /** Gain and lift of the three colours, and how the light falls off across the picture. */
  gain: readonly [number, number, number]
  lift: number
  slope: number
  noise: number
  rain: number
  shift: readonly [number, number]
}

function visitOf(random: Random): Visit {
  const gain = between(random, 0.55, 1.15)
  const warm = between(random, -0.08, 0.08)
  return {
    phase: random(),
    gain: [gain * (1 + warm), gain, gain * (1 - warm)],
    ...{ lift: between(random, -12, 18), slope: between(random, -0.12, 0.12), noise: between(random, 1, 9) },
    rain: random() < 0.25 ? Math.round(between(random, 60, 220)) : 0,
    shift: [Math.round(between(random, -8, 8)), Math.round(between(random, -8, 8))],
  }
}

/** Streaks of rain as bright lines, elsewhere in each frame. */
function drawRain(picture: Picture, drops: number, random: Random): void {
  for (let drop = 0; drop < drops; drop += 1)
    rectangle(picture, random() * full.width, random() * full.height, 2, between(random, 20, 50), 0xc9d3da)
}

/** The mean of each small pixel's part of the frame (what a browser's scaling comes to), in that visit's light and with its noise. */
function small(picture: Picture, visit: Visit, sampling: Sampling, random: Random): Pixels {
  const { width, height } = sampling
  const data = new Uint8ClampedArray(width * height * 4)
  const [stepX, stepY] = [full.width / width, full.height / height]
  for (let y = 0; y < height; y += 1)
    for (let x = 0; x < width; x += 1) {
      const mean = meanOf(picture, x * stepX + visit.shift[0], y * stepY + visit.shift[1], stepX, stepY)
      const fall = 1 + visit.slope * (x / width - 0.5) * 2
      // The sum of four even ones is near enough to a bell.
      const noise = (random() + random() + random() + random() - 2) * visit.noise
      const at = (y * width + x) * 4
      mean.forEach(
        (value, colour) => (data[at + colour] = value * (visit.gain[colour] ?? 1) * fall + visit.lift + noise),
      )
      data[at + 3] = 255
    }
  return { width, height, data }
}

/** Red, green, blue (ITU-R BT.709, limited range) of a part of the frame; beyond its edge the edge goes on. */
function meanOf({ width, height, bytes }: Picture, left: number, top: number, wide: number, high: number): number[] {
  let [luma, blue, red, count] = [0, 0, 0, 0]
  for (let line = 0; line < high; line += 2)
    for (let column = 0; column < wide; column += 2) {
      const x = Math.min(width - 1, Math.max(0, Math.floor(left + column)))
      const y = Math.min(height - 1, Math.max(0, Math.floor(top + line)))
      const chroma = width * height + (y >> 1) * (width / 2) + (x >> 1)
      luma += bytes[y * width + x] ?? 0
      blue += bytes[chroma] ?? 0
      red += bytes[chroma + (width * height) / 4] ?? 0
      count += 1
    }
  const [y, u, v] = [(255 * (luma / count - 16)) / 219, blue / count - 128, red / count - 128]
  return [y + 1.793 * v, y - 0.213 * u - 0.533 * v, y + 2.112 * u]
}

/** What stays of each scene, drawn once. */
const grounds = new Map<SceneName, Uint8Array>()
function groundOf(name: SceneName): Picture {
  const picture = blankPicture(full.width, full.height)
  const drawn = grounds.get(name)
  if (drawn) picture.bytes.set(drawn)
  else {
    scenes[name].paint(picture)
    grounds.set(name, picture.bytes.slice())
  }
  return picture
}

/** The same seed makes the same sequence. Half of them change; of those, half by something that goes away. */
export function drawSequence(seed: number, sampling: Sampling): Sequence {
  const random = seeded(seed)
  const scene = oneOf(random, Object.keys(scenes) as SceneName[])
  const spot = spotOf(random, oneOf(random, changeKinds))
  const [isChanged, isBefore] = [random() < 0.5, random() < 0.5]
  const day = (isThere: boolean): Pixels[] => {
    const visit = visitOf(random)
    return Array.from({ length: sampling.frames }, (_, frame) => {
      const picture = groundOf(scene)
      drawSpot(picture, spot, isThere)
      const phase = (visit.phase + (frame * sampling.gapMs) / loopMs) % 1
      scenes[scene].move(picture, phase)
      drawRain(picture, visit.rain, random)
      drawBarcode(picture.bytes, full.width, full.height, Math.floor(phase * 300))
      return small(picture, visit, sampling, random)
    })
  }
  const earlier = day(isBefore)
  const now = day(isChanged ? !isBefore : isBefore)
  return { scene, change: isChanged ? spot.kind : null, earlier, now }
}
