/** What stands on the health board: cameras with how they are, found, counted and put in order. Pure. */
import type { CameraHealth, HealthState } from '../../../native/contract/camera-health.ts'
import type { CameraRow } from '../../../native/contract/camera.ts'
import { type CameraOwner, cameraOwners } from '../../../native/contract/vocabulary.ts'
import type { Mark } from '../../parts/mark.ts'
import { initialsOf } from '../../parts/matching.ts'

export interface BoardLine {
  camera: CameraRow
  /** Null: nothing has been told of it yet. */
  health: CameraHealth | null
}
export interface BoardFilter {
  owner: CameraOwner | null
  state: HealthState | null
}
/** `trouble`: those down longest first. */
export const boardOrders = ['trouble', 'name', 'answer'] as const
export type BoardOrder = (typeof boardOrders)[number]

/** Worst first, as the totals are read. */
export const boardStates: readonly HealthState[] = ['down', 'unstable', 'unknown', 'online']
export const stateMarks: Record<HealthState, Mark> = {
  ...{ down: 'late', unstable: 'soon', unknown: 'unknown', online: 'ok' },
}

export const stateOf = ({ health }: Pick<BoardLine, 'health'>): HealthState => health?.state ?? 'unknown'

/** Comparing by pinyin is slow and names are made of few characters. */
const known = new Map<string, string>()
function initials(text: string): string {
  let found = ''
  for (const character of text) {
    let initial = known.get(character)
    if (initial === undefined) known.set(character, (initial = initialsOf(character)))
    found += initial
  }
  return found
}

/** What is searched of each camera, by id: made once for a list, not once for a key. */
export function searchTexts(cameras: Iterable<CameraRow>): ReadonlyMap<string, string> {
  const textOf = ({ name, place, deviceCode, gridCode }: CameraRow) =>
    `${name} ${place} ${deviceCode} ${gridCode} ${initials(name)} ${initials(place)}`.toLowerCase()
  return new Map(Array.from(cameras, (camera) => [camera.id, textOf(camera)]))
}

/** Those in which all of the words occur: in name, place, their initials, device code or grid. */
export function findLines(
  lines: readonly BoardLine[],
  texts: ReadonlyMap<string, string>,
  text: string,
): readonly BoardLine[] {
  const words = text.toLowerCase().split(/\s+/).filter(Boolean)
  if (words.length === 0) return lines
  return lines.filter(({ camera: { id } }) => words.every((word) => texts.get(id)?.includes(word)))
}

export function filterLines(lines: readonly BoardLine[], { owner, state }: BoardFilter): BoardLine[] {
  return lines.filter(
    (line) => (owner === null || line.camera.owner === owner) && (state === null || stateOf(line) === state),
  )
}

export interface Totals {
  owners: Record<CameraOwner, number>
  states: Record<HealthState, number>
}
/** How many each choice would leave, given the other one. */
export function totalsOf(lines: readonly BoardLine[], { owner, state }: BoardFilter): Totals {
  const zero = <T extends string>(names: readonly T[]) =>
    Object.fromEntries(names.map((name) => [name, 0])) as Record<T, number>
  const totals: Totals = { owners: zero(cameraOwners), states: zero(boardStates) }
  for (const line of lines) {
    const is = stateOf(line)
    if (state === null || is === state) totals.owners[line.camera.owner] += 1
    if (owner === null || line.camera.owner === owner) totals.states[is] += 1
  }
  return totals
}

/** In the language's own order of names; comparing names is slow, so it is done once for a list of cameras. */
export function inOrderOfNames(cameras: readonly CameraRow[], locale: string): CameraRow[] {
  const { compare } = new Intl.Collator(locale, { numeric: true })
  return cameras.toSorted((a, b) => compare(a.name, b.name) || compare(a.deviceCode, b.deviceCode))
}

/** What is equal keeps its place: lines come in the order of names. */
export function sortLines(lines: readonly BoardLine[], order: BoardOrder): readonly BoardLine[] {
  if (order === 'name') return lines
  const answer = ({ health }: BoardLine) => health?.answerMs ?? -1
  if (order === 'answer') return lines.toSorted((a, b) => answer(b) - answer(a))
  const rank = (line: BoardLine) => boardStates.indexOf(stateOf(line))
  const since = (line: BoardLine) => (stateOf(line) === 'down' ? (line.health?.since ?? 0) : 0)
  return lines.toSorted((a, b) => rank(a) - rank(b) || since(a) - since(b))
}
