/** Civil-defense scenes: underground passages, a garage and a shelter. */
import { car, disc, gradient, person, type Picture, polygon, rectangle } from './picture.ts'

/** A corridor in one-point perspective towards the middle of the picture. */
function corridor(picture: Picture, wall: number, floor: number, ceiling: number): void {
  rectangle(picture, 0, 0, 1280, 720, wall)
  polygon(picture, [[0, 0], [1280, 0], [760, 280], [520, 280]], ceiling) // prettier-ignore
  polygon(picture, [[520, 440], [760, 440], [1280, 720], [0, 720]], floor) // prettier-ignore
  rectangle(picture, 520, 280, 240, 160, 0x2a2d30)
}

/** There and back once a loop. */
function sway(phase: number): number {
  return 0.5 - Math.cos(phase * Math.PI * 2) / 2
}

const tunnel = {
  paint(picture: Picture): void {
    corridor(picture, 0x7b8078, 0x55585a, 0x60645f)
    for (const share of [0, 0.35, 0.6, 0.78]) {
      const inset = share * 520
      rectangle(picture, inset + 6, share * 280 + 20, 12, 640 - share * 470, 0x8d928a)
      rectangle(picture, 1262 - inset, share * 280 + 20, 12, 640 - share * 470, 0x8d928a)
      rectangle(picture, 600 + share * 20, share * 260 + 10, 80 - share * 40, 14 - share * 8, 0xf4f1dc)
    }
    polygon(picture, [[0, 600], [520, 410], [520, 416], [0, 620]], 0xc8a536) // prettier-ignore
  },
  move(picture: Picture, phase: number): void {
    const near = sway(phase)
    person(picture, 600 - near * 160, 450 + near * 220, 70 + near * 190, 0x39597b)
    disc(picture, 1180, 90, 9, phase % 0.1 < 0.05 ? 0xe04a3a : 0x5a2320)
  },
}

const garage = {
  paint(picture: Picture): void {
    gradient(picture, 0, 220, 0x4c5052, 0x6b6f70)
    rectangle(picture, 0, 220, 1280, 160, 0x82867f)
    gradient(picture, 380, 340, 0x6a6d6b, 0x84867f)
    for (let x = 60; x < 1280; x += 300) {
      rectangle(picture, x, 60, 62, 420, 0x9ba098)
      rectangle(picture, x, 400, 62, 40, 0xd0aa2e)
      rectangle(picture, x + 120, 60, 120, 12, 0xf1efdf)
    }
    for (let x = 140, at = 0; x < 1280; x += 300, at++)
      car(picture, x, 450, 170, [0x8a2f2b, 0x3f4d5a, 0xc9cdd0, 0x2e5a4a][at]!)
  },
  move(picture: Picture, phase: number): void {
    car(picture, -280 + (phase * 2 - Math.floor(phase * 2)) * 1620, 640, 260, 0x24405f)
    if (phase % 0.2 > 0.02) rectangle(picture, 780, 60, 120, 12, 0xffffff)
  },
}

const shelter = {
  paint(picture: Picture): void {
    corridor(picture, 0x8c9a86, 0x6d6f6a, 0xa3aaa0)
    rectangle(picture, 520, 280, 240, 160, 0x4d6b4a)
    rectangle(picture, 636, 280, 8, 160, 0x2f4530)
    for (const x of [90, 250, 930, 1090]) rectangle(picture, x, 250, 100, 320, 0x5b7357)
    for (const x of [300, 560, 820]) rectangle(picture, x, 90, 150, 16, 0xf3f2e6)
    rectangle(picture, 560, 220, 160, 40, 0x2f7d4b)
  },
  move(picture: Picture, phase: number): void {
    const near = sway((phase + 0.3) % 1)
    person(picture, 700 + near * 120, 450 + near * 200, 80 + near * 170, 0x6b4f2c)
    disc(picture, 640, 330, 7, phase % 0.1 < 0.05 ? 0x6ff08a : 0x1d4526)
  },
}

export const underground = { tunnel, garage, shelter }
