/** What a document is called that was saved here while somebody else saved it elsewhere. */

/** China keeps UTC+8 all year. */
const zoneMs = 8 * 3_600_000
/** As long as a name may be, in UTF-16 units. */
const longestName = 60

/** `早班(SZ-02 11-23 21:04)`; the name gives way where it is too long. `at`: ms since 1970, when it was saved. */
export function copyName(name: string, workstation: string, at: number): string {
  const iso = new Date(at + zoneMs).toISOString()
  const mark = `(${workstation.slice(0, 30)} ${iso.slice(5, 10)} ${iso.slice(11, 16)})`
  let kept = ''
  // Whole characters: half of one would not be text.
  for (const character of name) {
    if (kept.length + character.length + mark.length > longestName) break
    kept += character
  }
  return kept + mark
}
