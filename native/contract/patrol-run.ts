/** What several walks of one run say together, and where a stop's preset is now. Values in, values out. */
import type { PatrolStop, PatrolWalk, WalkedStop } from './patrol.ts'
import type { Preset } from './ptz.ts'

/** What counts of a stop in a run, and what others said of it: newest first. */
export interface StopWord {
  word: WalkedStop
  others: WalkedStop[]
}

/** By stop id, of all walks of one run: both records stand, the later word counts; of two at one instant the one of the greater person id. */
export function wordsOfRun(walks: readonly Pick<PatrolWalk, 'done'>[]): Map<string, StopWord> {
  const words = new Map<string, StopWord>()
  const all = walks
    .flatMap(({ done }) => done)
    .sort((one, other) => other.at - one.at || (one.by.id < other.by.id ? 1 : -1))
  for (const word of all) {
    const before = words.get(word.stopId)
    if (before) before.others.push(word)
    else words.set(word.stopId, { word, others: [] })
  }
  return words
}

/** Where a stop looks now: `renamed` has its token and another name, `moved` its name and another token; `gone` has neither. */
export interface PresetNow {
  token: string | null
  is: 'same' | 'renamed' | 'moved' | 'gone'
}

/** `present`: the presets that the camera tells of now. The name counts more than the token: people know it by its name. */
export function presetNow(
  kept: NonNullable<PatrolStop['preset']>,
  present: readonly Pick<Preset, 'token' | 'name'>[],
): PresetNow {
  const same = present.find(({ token }) => token === kept.token)
  if (same?.name === kept.name) return { token: same.token, is: 'same' }
  const named = present.filter(({ name }) => name === kept.name)
  if (named.length === 1 && named[0]) return { token: named[0].token, is: 'moved' }
  return same ? { token: same.token, is: 'renamed' } : { token: null, is: 'gone' }
}
