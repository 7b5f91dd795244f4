/** Where a stick, a drag or held keys want a camera to turn: plain values in, shares of full speed out. */
import type { Velocity } from '../../../../native/contract/ptz.ts'

export const still: Velocity = { pan: 0, tilt: 0, zoom: 0 }
export const isStill = ({ pan, tilt, zoom }: Velocity): boolean => pan === 0 && tilt === 0 && zoom === 0

/** Keys turn at this share of full speed, and at full speed with Shift. */
const keySpeed = 0.4
/** This near the middle (of 1) a stick is at rest: a hand is never quite still. */
const deadZone = 0.15

const directions: Record<string, Partial<Velocity>> = {
  ArrowLeft: { pan: -1 },
  ArrowRight: { pan: 1 },
  ArrowUp: { tilt: 1 },
  ArrowDown: { tilt: -1 },
  PageUp: { zoom: 1 },
  PageDown: { zoom: -1 },
}
export const isSteeringKey = (key: string): boolean => Object.hasOwn(directions, key)

/** Of all keys that are held; opposite ones cancel each other. */
export function velocityOfKeys(held: Iterable<string>, isFast: boolean): Velocity {
  const speed = isFast ? 1 : keySpeed
  const sum = { ...still }
  for (const key of held) {
    for (const [axis, way] of Object.entries(directions[key] ?? {})) sum[axis as keyof Velocity] += way * speed
  }
  return sum
}

/**
 * Of a stick that stands so far from its middle, in shares of its radius: to the right and downwards positive, as on a screen. Slow near
 * the middle (the square of the distance), and no faster than full at the rim.
 */
export function velocityOfStick(x: number, y: number): Velocity {
  const distance = Math.hypot(x, y)
  if (distance < deadZone) return still
  const reach = (Math.min(distance, 1) - deadZone) / (1 - deadZone)
  const speed = reach * reach
  // Never minus nothing.
  return { pan: hundredth((x / distance) * speed), tilt: hundredth((-y / distance) * speed), zoom: 0 }
}

const hundredth = (share: number) => Math.round(share * 100) / 100 || 0
