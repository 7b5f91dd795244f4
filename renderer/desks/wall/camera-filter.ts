/** Finds cameras in the list: by owner, and by words that all occur in name, place, device code or grid. */
import type { CameraRow } from '../../../native/contract/camera.ts'
import { type CameraOwner, cameraOwners } from '../../../native/contract/vocabulary.ts'

/** By owner, then by name in the language's own order. */
export function sortCameras(rows: readonly CameraRow[], locale: string): CameraRow[] {
  const { compare } = new Intl.Collator(locale, { numeric: true })
  const rank = (row: CameraRow) => cameraOwners.indexOf(row.owner)
  return [...rows].sort((a, b) => rank(a) - rank(b) || compare(a.name, b.name) || compare(a.id, b.id))
}

export function filterCameras(rows: readonly CameraRow[], text: string, owner: CameraOwner | null): CameraRow[] {
  const words = text.toLowerCase().split(/\s+/).filter(Boolean)
  return rows.filter((row) => {
    if (owner && row.owner !== owner) return false
    const searched = `${row.name} ${row.place} ${row.deviceCode} ${row.gridCode}`.toLowerCase()
    return words.every((word) => searched.includes(word))
  })
}
