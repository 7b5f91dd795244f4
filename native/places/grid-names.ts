/** Names of grids and stations by their codes, as the hub's grids tell them. */
import type { QueueWindow } from '../contract/contract.ts'
import type { Grid } from '../contract/places.ts'
import { isGroupHead, type QueueGrouping } from '../contract/queue-order.ts'

export interface GridNames {
  /** Puts names to the group heads of a queue that is grouped by grid or station. */
  named(window: QueueWindow, group: QueueGrouping): QueueWindow
}

/** `grids` answers the same array for as long as none has changed. */
export function createGridNames(grids: () => readonly Grid[]): GridNames {
  let known: readonly Grid[] | null = null
  let names = new Map<string, string>()
  function lookUp(): ReadonlyMap<string, string> {
    const all = grids()
    if (all !== known) {
      known = all
      names = new Map(
        all.flatMap(({ code, name, stationCode, stationName }) => [
          [`grid ${code}`, name],
          [`station ${stationCode}`, stationName],
        ]),
      )
    }
    return names
  }
  return {
    named(window, group) {
      if (group !== 'grid' && group !== 'station') return window
      const by = lookUp()
      const rows = window.rows.map((line) =>
        isGroupHead(line) ? { ...line, name: by.get(`${group} ${line.group}`) ?? null } : line,
      )
      return { ...window, rows }
    },
  }
}
