/** What the simulated cameras look at: calm scenes drawn as raw pictures, each returning to its start after one loop. */
import { underground } from './scenes-underground.ts'
import { car, disc, gradient, house, person, type Picture, polygon, rectangle } from './picture.ts'

export interface Scene {
  /** What stays, drawn once. */
  paint: (picture: Picture) => void
  /** What moves; `phase` runs from 0 to 1 over the loop. */
  move: (picture: Picture, phase: number) => void
}

/** A position that runs from one end to the other a whole number of times a loop. */
export function travel(phase: number, laps: number, from: number, to: number, start = 0): number {
  const share = phase * laps + start
  return from + (share - Math.floor(share)) * (to - from)
}

const crossroad: Scene = {
  paint(picture) {
    gradient(picture, 0, 300, 0xa9c3d6, 0xdde5e8)
    const walls = [0xb9a78f, 0x9aa5ab, 0xc4b6a0, 0x8d979c, 0xb2a596]
    walls.forEach((wall, at) => house(picture, at * 262 - 10, 90 + ((at * 67) % 90), 236, 280, wall))
    rectangle(picture, 0, 340, 1280, 60, 0x9d9a92)
    rectangle(picture, 0, 400, 1280, 320, 0x565a5e)
    for (let x = 20; x < 1280; x += 120) rectangle(picture, x, 516, 64, 8, 0xe8e6dc)
    for (let y = 410; y < 680; y += 36) rectangle(picture, 560, y, 130, 18, 0xe8e6dc)
  },
  move(picture, phase) {
    for (let at = 0; at < 3; at++)
      person(picture, travel(phase, 1, -40, 1320, at / 3), 396, 78, [0x8c3a3a, 0x35607c, 0x586b3d][at]!)
    car(picture, travel(phase, 3, -240, 1340), 496, 190, 0xb3322c)
    car(picture, travel(phase, 3, -240, 1340, 0.45), 496, 200, 0xdfe3e6)
    car(picture, travel(phase, 4, 1340, -260), 630, 240, 0x2d4f7a)
    disc(picture, 1190, 300, 12, phase % 0.5 < 0.25 ? 0x36c46a : 0xd8463c)
  },
}

const marketStreet: Scene = {
  paint(picture) {
    gradient(picture, 0, 160, 0xb7c9d3, 0xdfe3e0)
    const awnings = [0xb6493b, 0x3f7a63, 0xc28d35, 0x47678f, 0x8a5478]
    awnings.forEach((awning, at) => {
      const x = at * 256
      house(picture, x, 60, 250, 200, [0xc9bda6, 0xb4aa98][at % 2]!)
      rectangle(picture, x, 260, 250, 210, 0x6f6353)
      rectangle(picture, x + 24, 330, 90, 100, 0xd9c88f)
      rectangle(picture, x + 140, 320, 70, 150, 0x3a3630)
      polygon(picture, [[x, 260], [x + 250, 260], [x + 262, 316], [x - 12, 316]], awning) // prettier-ignore
    })
    rectangle(picture, 0, 470, 1280, 250, 0xa7a195)
    for (let x = -300; x < 1280; x += 90) polygon(picture, [[x + 300, 470], [x + 304, 470], [x + 8, 720], [x, 720]], 0x938d82) // prettier-ignore
  },
  move(picture, phase) {
    const coats = [0x7a3e52, 0x2f5d73, 0x556b3a, 0x9a6b2f, 0x44485a]
    coats.forEach((coat, at) => {
      const right = at % 2 === 0
      const x = travel(phase, 1 + (at % 2), right ? -60 : 1340, right ? 1340 : -60, at * 0.23)
      person(picture, x, 530 + at * 26, 120 + at * 12, coat)
    })
  },
}

const stationSquare: Scene = {
  paint(picture) {
    gradient(picture, 0, 280, 0x8fb3cf, 0xd6e2e8)
    rectangle(picture, 120, 150, 1040, 250, 0xc8c0b2)
    polygon(picture, [[80, 160], [640, 70], [1200, 160]], 0x7d8790) // prettier-ignore
    for (let x = 160; x < 1120; x += 80) rectangle(picture, x, 220, 44, 180, 0x5f7486)
    disc(picture, 640, 132, 26, 0xf1eee4)
    gradient(picture, 400, 320, 0xb9b3a6, 0x9c968a)
    for (let y = 430; y < 720; y += 44) rectangle(picture, 0, y, 1280, 2, 0x8b857a)
  },
  move(picture, phase) {
    for (let at = 0; at < 7; at++) {
      const right = at % 2 === 0
      const x = travel(phase, 1, right ? -50 : 1330, right ? 1330 : -50, at * 0.31)
      person(picture, x, 440 + at * 36, 84 + at * 10, [0x3b5b7a, 0x7b3b3b, 0x4f6b45, 0x6b5a8a][at % 4]!)
    }
  },
}

const fields: Scene = {
  paint(picture) {
    gradient(picture, 0, 180, 0x9cc0dc, 0xdbe6e6)
    const crops = [0x7f9a4f, 0x93a85c, 0x6d8a48, 0xb3a765, 0x86994e, 0x9c9a58]
    for (let band = 0; band < 3; band++)
      for (let column = 0; column < 4; column++) {
        const top = 180 + band * 180
        const x = column * 340 - band * 40 - 40
        const next = [[x, top], [x + 330, top], [x + 290, top + 174], [x - 40, top + 174]] as const // prettier-ignore
        polygon(picture, next, crops[(band * 5 + column * 2) % crops.length]!)
      }
    polygon(picture, [[610, 180], [640, 180], [860, 720], [740, 720]], 0xb7ac98) // prettier-ignore
    for (let at = 0; at < 6; at++) house(picture, 60 + at * 76, 150 + (at % 2) * 14, 60, 60, 0xb08e78)
    rectangle(picture, 940, 380, 200, 110, 0xa58c6d)
  },
  move(picture, phase) {
    const lorry = travel(phase, 1, 0, 1)
    const size = 24 + lorry * 70
    rectangle(picture, 618 + lorry * 160, 190 + lorry * 500, size, size * 1.2, 0x2f6aa0)
    const swing = Math.sin(phase * Math.PI * 4) * 50
    rectangle(picture, 1010, 410, 70, 40, 0xd9a21b)
    polygon(picture, [[1050, 412], [1062, 412], [1100 + swing, 340], [1088 + swing, 336]], 0xc4900f) // prettier-ignore
    for (let at = 0; at < 3; at++) disc(picture, travel(phase, 1, -80, 1360, at * 0.37), 60 + at * 28, 26, 0xeef2f3)
  },
}

const river: Scene = {
  paint(picture) {
    gradient(picture, 0, 220, 0xa5c5d8, 0xe0e7e4)
    rectangle(picture, 0, 220, 1280, 500, 0x7d9657)
    polygon(picture, [[420, 220], [760, 220], [1240, 720], [60, 720]], 0x5f8596) // prettier-ignore
    rectangle(picture, 0, 300, 1280, 44, 0xa39c90)
    for (let x = 380; x < 900; x += 150) rectangle(picture, x, 344, 34, 70, 0x8a847a)
    for (let x = 20; x < 400; x += 90) disc(picture, x, 260, 30, 0x587a40)
    for (let x = 940; x < 1280; x += 80) disc(picture, x, 256, 34, 0x4f7039)
  },
  move(picture, phase) {
    car(picture, travel(phase, 2, -160, 1300), 312, 110, 0xc7ccd0)
    for (let at = 0; at < 14; at++) {
      const y = 430 + ((at * 53) % 270)
      rectangle(picture, 420 + ((at * 137) % 380) + Math.sin(phase * Math.PI * 8 + at) * 18, y, 70, 4, 0x7c9dab)
    }
    const boat = travel(phase, 1, 430, 760)
    polygon(picture, [[boat, 560], [boat + 150, 560], [boat + 126, 600], [boat + 24, 600]], 0x6a4630) // prettier-ignore
    person(picture, boat + 70, 566, 80, 0xb5532f)
  },
}

/** Every scene by the name that clips are kept under. */
export const scenes = { crossroad, marketStreet, stationSquare, fields, river, ...underground } satisfies Record<
  string,
  Scene
>
export type SceneName = keyof typeof scenes
