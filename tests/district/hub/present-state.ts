/** Reads the present state for those who continue it: open cases, cameras, the last number given. */
import type { Camera } from '../../../native/contract/camera.ts'
import type { CaseHead, CaseStep } from '../../../native/contract/case.ts'
import type { StateFile } from './state-file.ts'

export interface PresentState {
  /** Cases that are not over, with all their steps. */
  openCases(subCenter: string): { head: CaseHead; steps: CaseStep[] }[]
  cameras(subCenter: string): Camera[]
  /** The greatest case id that begins like this, or null. */
  lastCaseId(subCenter: string, prefix: string): string | null
}

export function createPresentState(file: StateFile): PresentState {
  const openItems = file.prepare<[string], { put: string }>('SELECT put FROM items WHERE sub_center = ? AND open = 1')
  const cameraItems = file.prepare<[string], { put: string }>(
    `SELECT put FROM items WHERE sub_center = ? AND item_key >= '1/' AND item_key < '2/'`,
  )
  const last = file.prepare<[string, string, string], { item_key: string | null }>(
    'SELECT max(item_key) AS item_key FROM items WHERE sub_center = ? AND item_key >= ? AND item_key < ?',
  )
  return {
    openCases: (subCenter) =>
      openItems.all(subCenter).map(({ put }) => {
        const { case: head, steps } = JSON.parse(put) as { case: CaseHead; steps: CaseStep[] }
        return { head, steps }
      }),
    cameras: (subCenter) => cameraItems.all(subCenter).map(({ put }) => (JSON.parse(put) as { camera: Camera }).camera),
    lastCaseId: (subCenter, prefix) =>
      last.get(subCenter, `2/${prefix}`, `2/${prefix}~`)?.item_key?.slice('2/'.length) ?? null,
  }
}
