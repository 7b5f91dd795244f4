/** The cameras of the wall benches: their names, and by how much each one's clock runs behind, as no two real cameras are in step. */

const prefix = 'bench-'
/** Spreads any number of cameras evenly. */
const goldenRatio = (Math.sqrt(5) - 1) / 2
/** Frames from one key frame to the next take so long, in ms. */
const groupMs = 2_000

export const cameraId = (index: number): string => `${prefix}${index}`

export function cameraIds(count: number): string[] {
  return Array.from({ length: count }, (_, index) => cameraId(index))
}

/** Milliseconds by which the camera's clock is behind; less than a group of pictures. */
export function lagOf(id: string): number {
  return ((Number(id.slice(prefix.length)) * goldenRatio) % 1) * groupMs
}
