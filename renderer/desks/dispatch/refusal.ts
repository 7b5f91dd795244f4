/** Why a step was refused, as words: the hub's own sentence, or what this workstation itself found. Pure. */

export interface RefusalWords {
  /** Key of the words; null when `text` is a sentence already. */
  key: string | null
  /** What is filled in: keys of further words. */
  named: Record<string, readonly string[]>
  text: string
}

const sentence = (text: string): RefusalWords => ({ key: null, named: {}, text })
const words = (key: string, named: RefusalWords['named'] = {}): RefusalWords => ({ key, named, text: '' })

/** Before the hub has answered, native tells its own finding as JSON, e.g. `{"code":"state","state":"filed"}`. */
export function refusalWords(why: string): RefusalWords {
  if (why === '') return words('parked.noWhy')
  const found = parse(why)
  switch (found?.['code']) {
    case 'state':
      return words('parked.whys.state', { state: [`terms.states.${String(found['state'])}`] })
    case 'guard':
      return words('parked.whys.guard', { guard: [`step.blocks.${String(found['guard'])}`] })
    case 'missing':
      return words('parked.whys.missing', { fields: listOf(found['fields']).map((field) => `step.fields.${field}`) })
    case 'role':
    case 'unknown-step':
    case 'not-in-feed':
      return words(`parked.whys.${found['code']}`)
    default:
      return found ? words('parked.noWhy') : sentence(why)
  }
}

function listOf(value: unknown): string[] {
  return Array.isArray(value) ? value.map(String) : []
}

function parse(text: string): Record<string, unknown> | null {
  if (!text.startsWith('{')) return null
  try {
    return JSON.parse(text) as Record<string, unknown>
  } catch {
    return null
  }
}
