/** Decides which display a window belongs on and where on it. Values in, values out; windows.ts moves the windows. */

export interface Rectangle {
  x: number
  y: number
  width: number
  height: number
}

export interface DisplayArea {
  id: number
  /** Without the task bar. */
  workArea: Rectangle
}

/** Number of a wall window, 1 to 8; null: the console's own window. */
export type WallNumber = number | null

const smallest = { width: 640, height: 480 }
/** So much of a window has to be on its display, or nobody could take hold of it. */
const graspable = { width: 160, height: 48 }

export function overlap(a: Rectangle, b: Rectangle): { width: number; height: number } {
  return {
    width: Math.max(0, Math.min(a.x + a.width, b.x + b.width) - Math.max(a.x, b.x)),
    height: Math.max(0, Math.min(a.y + a.height, b.y + b.height) - Math.max(a.y, b.y)),
  }
}

/** Where it was if it can still be taken hold of there, else the whole work area of its display. */
export function placeWindow(saved: Rectangle | undefined, { workArea }: DisplayArea): Rectangle {
  if (!saved) return { ...workArea }
  const placed = {
    x: saved.x,
    // The title bar must not be above the work area, where no pointer reaches it.
    y: Math.max(saved.y, workArea.y),
    width: Math.max(smallest.width, Math.min(saved.width, workArea.width)),
    height: Math.max(smallest.height, Math.min(saved.height, workArea.height)),
  }
  const shared = overlap(placed, workArea)
  const canBeGrasped = shared.width >= graspable.width && shared.height >= graspable.height
  return canBeGrasped ? placed : { ...workArea }
}

/** In the order of their numbers: the main one is 0, the others follow from left to right. */
export function numbered<Area extends DisplayArea>(displays: readonly Area[], main: Area): Area[] {
  const others = displays.filter(({ id }) => id !== main.id)
  others.sort((a, b) => a.workArea.x - b.workArea.x || a.workArea.y - b.workArea.y)
  return [main, ...others]
}

/**
 * The display that a window belongs on now: the one that most of it stands on, for a person may have moved it. While the display that it
 * belonged on is gone that one stays its own: the system has moved the window, nobody else.
 */
export function displayOf(bounds: Rectangle, belongs: number, displays: readonly DisplayArea[]): number {
  if (!displays.some(({ id }) => id === belongs)) return belongs
  const shared = (area: Rectangle) => overlap(bounds, area).width * overlap(bounds, area).height
  let most = { id: belongs, share: 0 }
  for (const { id, workArea } of displays) {
    const share = shared(workArea)
    if (share > most.share) most = { id, share }
  }
  return most.id
}

/** Where a window has to go when the displays are these: home when its own display went, back when it came again. */
export function moveFor(
  { display, isAway }: { display: number; isAway: boolean },
  displays: readonly DisplayArea[],
): 'stay' | 'home' | 'back' {
  const isPresent = displays.some(({ id }) => id === display)
  if (isAway) return isPresent ? 'back' : 'stay'
  return isPresent ? 'stay' : 'home'
}
