/** A case as it is taken down at the desk. Pure. */
import type { CaseClass, CaseFile, Evidence, NewCase } from '../../../native/contract/case.ts'
import type { Whereabouts } from '../../../native/contract/whereabouts.ts'
import { bestMatches, initialsOf } from '../../parts/matching.ts'

/** Where a case may be, and how that is known. */
export interface Spot extends Whereabouts {
  source: 'map' | 'named' | 'found' | 'last' | 'own' | 'case'
}

export interface NewCaseDraft {
  classCode: string | null
  urgency: NewCase['urgency']
  place: string
  spot: Spot | null
  description: string
  caller: string
  phone: string
  evidence: Evidence[]
}

export const emptyNewCase = (): NewCaseDraft => ({
  ...{
    classCode: null,
    urgency: 'normal',
    place: '',
    spot: null,
    description: '',
    caller: '',
    phone: '',
    evidence: [],
  },
})

/** A position that was pointed at, not only the middle of a grid. */
export const isExact = ({ source }: Spot): boolean => source === 'map' || source === 'case'

export type MissingField = 'class' | 'place' | 'spot' | 'description'

/** The first field that is still missing, or the case. */
export function newCaseOf(draft: NewCaseDraft): NewCase | MissingField {
  const { classCode, urgency, spot, evidence } = draft
  const [place, description, name, phone] = [draft.place, draft.description, draft.caller, draft.phone].map((text) =>
    text.trim(),
  ) as [string, string, string, string]
  if (classCode === null) return 'class'
  if (place === '') return 'place'
  if (spot === null) return 'spot'
  if ([...description].length < 2) return 'description'
  const { longitude, latitude, gridCode, stationCode } = spot
  return {
    ...{ classCode, urgency, description, place, longitude, latitude, gridCode, stationCode, evidence },
    reporter: name || phone ? { name, phone, account: '' } : null,
  }
}

/** What may be meant, likeliest first: pointed at, named in the place, used last, the sub-center's own, the open case's. */
export function spotsOf(
  text: string,
  place: string,
  known: {
    found: readonly Whereabouts[]
    point: Whereabouts | null
    last: Whereabouts | null
    open: Whereabouts | null
  },
): Spot[] {
  const { found, point, last, open } = known
  const as = (source: Spot['source'], ...places: (Whereabouts | null)[]) =>
    places.flatMap((one): Spot[] => (one ? [{ ...one, source }] : []))
  if (text.trim() !== '') return as('found', ...found)
  const isNamed = ({ stationName }: Whereabouts) => {
    const spoken = stationName.replace(/(?:村|社区)$/u, '')
    return spoken.length >= 2 && place.includes(spoken)
  }
  const named = found.filter(isNamed)
  const own = found.filter((one) => !isNamed(one))
  const near = [...as('map', point), ...as('named', ...named)]
  const spots = [...near, ...as('last', last), ...as('own', ...own), ...as('case', open)]
  const isSame = (a: Spot, b: Spot) =>
    a.gridCode === b.gridCode && a.longitude === b.longitude && a.latitude === b.latitude
  return spots.filter((spot, index) => spots.findIndex((other) => isSame(spot, other)) === index)
}

export function whereaboutsOf(
  file: Pick<CaseFile, 'gridCode' | 'stationCode' | 'longitude' | 'latitude'> | null,
): Whereabouts | null {
  if (!file) return null
  const { gridCode, stationCode, longitude, latitude } = file
  return { gridCode, gridName: gridCode, stationCode, stationName: '', longitude, latitude }
}

/** Classes by code, words or initials; of two levels only the lower can be chosen. */
export function findClasses(classes: readonly CaseClass[], wanted: string, most: number): CaseClass[] {
  const lower = classes.filter(({ parent }) => parent !== null)
  return bestMatches(lower, wanted, ({ code, name }) => [name, initialsOf(name), code], most)
}
