/** Which pictures are open at once: that of the present stop, and those of the next two, so that a step shows a live one. */
import type { PatrolStop } from '../../../../native/contract/patrol.ts'

export const stopsAhead = 2

export interface OpenPicture {
  stop: PatrolStop
  /** 0: the present stop; 1: the next one; 2: the one after it. */
  ahead: number
}

/** One picture of each camera: of two stops of one camera it shows the earlier. In a lasting order, so that no picture is moved in the page. */
export function openPictures(present: PatrolStop | null, next: readonly PatrolStop[]): OpenPicture[] {
  const pictures = new Map<string, OpenPicture>()
  const wanted = present ? [present, ...next.slice(0, stopsAhead)] : []
  wanted.forEach((stop, ahead) => {
    if (!pictures.has(stop.cameraId)) pictures.set(stop.cameraId, { stop, ahead })
  })
  return [...pictures.values()].sort((one, other) => (one.stop.cameraId < other.stop.cameraId ? -1 : 1))
}
