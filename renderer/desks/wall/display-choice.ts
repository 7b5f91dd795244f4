/** Which wall window goes to a display that was chosen. */
import type { DisplayChoice } from '../../host/workstation-bridge.ts'

/**
 * The one that stands there already, to be brought forward; else the one with the lowest free number.
 * @param free null: as many windows as there may be are open
 * @returns null: none can be opened
 */
export function wallFor(display: Pick<DisplayChoice, 'walls'> | null, free: string | null): number | null {
  return display?.walls[0] ?? (free === null ? null : Number(free))
}
