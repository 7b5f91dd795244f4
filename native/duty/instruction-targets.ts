/** Finds whom one may instruct: people, stations and grids as the hub lists them. */
import type { Grid } from '../contract/places.ts'
import type { InstructionTarget, TargetOffer } from '../contract/instruction.ts'
import type { Unit } from '../contract/unit.ts'

export interface InstructionTargets {
  /** Those whose name or code holds the text; people also by initials. At most `mostTargets`. */
  find(kind: InstructionTarget['kind'], text: string): TargetOffer[]
  /** What a target is called; its code when it is not known here. */
  nameOf(target: InstructionTarget): string
}

export interface InstructionTargetsOptions {
  units: { all(): readonly Unit[]; find(text: string, most: number): Unit[] }
  grids: { all(): readonly Grid[] }
}

const mostTargets = 30
const kinds = { person: 'grid-member', station: 'station' } as const

export function createInstructionTargets({ units, grids }: InstructionTargetsOptions): InstructionTargets {
  const nameOfGrid = ({ name, leader }: Grid) => (leader ? `${name} ${leader.name}` : name)
  return {
    find(kind, text) {
      if (kind !== 'grid') {
        return units
          .find(text, Number.MAX_SAFE_INTEGER)
          .filter((unit) => unit.kind === kinds[kind])
          .slice(0, mostTargets)
          .map(({ id, name }) => ({ kind, code: id, name }))
      }
      const wanted = text.trim().toLowerCase()
      return grids
        .all()
        .filter((grid) => nameOfGrid(grid).toLowerCase().includes(wanted) || grid.code.includes(wanted))
        .slice(0, mostTargets)
        .map((grid) => ({ kind, code: grid.code, name: grid.name }))
    },
    nameOf({ kind, code }) {
      const found =
        kind === 'grid'
          ? grids.all().find((grid) => grid.code === code)
          : units.all().find(({ id, kind: other }) => id === code && other === kinds[kind])
      return found?.name ?? code
    },
  }
}
