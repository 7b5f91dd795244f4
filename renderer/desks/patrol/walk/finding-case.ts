/** The case that a finding becomes: place and grid are the camera's, the words begin with a template. Values in, values out. */
import type { CameraRow } from '../../../../native/contract/camera.ts'
import type { NewCase } from '../../../../native/contract/case.ts'
import type { Whereabouts } from '../../../../native/contract/whereabouts.ts'

export interface FindingDraft {
  classCode: string | null
  place: string
  description: string
}
export type MissingOfFinding = 'class' | 'place' | 'description'

export interface FoundAt {
  camera: CameraRow
  /** The grid at the camera's position; null: not known, then the camera's own. */
  spot: Whereabouts | null
  patrol: Pick<NonNullable<NewCase['patrol']>, 'routeName' | 'stopName' | 'seenAt'>
}

/** The first thing that is still missing, or the case. */
export function caseOfFinding(draft: FindingDraft, { camera, spot, patrol }: FoundAt): NewCase | MissingOfFinding {
  const [place, description] = [draft.place.trim(), draft.description.trim()]
  if (draft.classCode === null) return 'class'
  if (place === '') return 'place'
  if ([...description].length < 2) return 'description'
  const { longitude, latitude, name: cameraName, deviceCode } = camera
  return {
    ...{ classCode: draft.classCode, urgency: 'normal', description, place, longitude, latitude, reporter: null },
    gridCode: spot?.gridCode ?? camera.gridCode,
    ...(spot && { stationCode: spot.stationCode }),
    patrol: { ...patrol, cameraName, deviceCode },
  }
}

/** Where the stop is, in words: its own name, else what is known of the camera. */
export const placeOfStop = (stopName: string, camera: Pick<CameraRow, 'place' | 'name'>): string =>
  stopName || camera.place || camera.name
