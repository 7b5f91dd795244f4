/** What came of an outage, as every place shows it. Pure. */
import type { Outage } from '../../native/contract/sync.ts'

export function outcomesOf({ sent, refused, changed, added, numbered }: Outage) {
  return [
    { name: 'sent', count: sent },
    { name: 'refused', count: refused },
    { name: 'changed', count: changed },
    { name: 'added', count: added },
    { name: 'numbered', count: numbered.length },
  ]
}
