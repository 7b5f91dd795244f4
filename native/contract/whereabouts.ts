/** Where a new case may be: a grid, and a position in it. */
export interface Whereabouts {
  gridCode: string
  gridName: string
  stationCode: string
  stationName: string
  /** Degrees, CGCS2000. */
  longitude: number
  latitude: number
}

/** As many as there are digits to choose by. */
export const mostWhereabouts = 9
