/** The hub of the queue bench, a process of its own: holds so many cases, then publishes fifty changes a second. */
import pino from 'pino'
import type { Put } from '../../native/hub/protocol.ts'
import { startDistrict } from '../district/district.ts'
import { assigneeOf, queueCases } from './queue-cases.ts'

const [folder = '', count = '0', perSecond = '50'] = process.argv.slice(2)
const district = await startDistrict({ folder, clock: Date.now, log: pino({ level: 'silent' }) })
const heads = [...queueCases(Number(count) * 2, Number(count))].map((head) => ({
  ...head,
  subCenter: district.subCenter,
}))
const known = heads.slice(0, Number(count))

/** Nine changes to cases all over the queue, then a new one. */
function* changes(): Generator<Put> {
  for (let index = 0; ; index += 1) {
    const place = (index * 7919) % known.length
    const fresh = index % 10 === 9 ? heads[known.length] : undefined
    const before = known[place]
    if (fresh) known.push(fresh)
    else if (before) known[place] = { ...before, assignee: assigneeOf(index), version: before.version + 1 }
    const head = fresh ?? known[place]
    if (head) yield { kind: 'case', case: head, steps: [] }
  }
}
const next = changes()

process.on('message', (ask) => {
  if (ask === 'fill') {
    district.hub.publishMany(
      district.subCenter,
      known.map((head) => ({ kind: 'case', case: head, steps: [] })),
    )
    process.send?.({ filled: true })
  } else {
    setInterval(
      () => district.hub.publishMany(district.subCenter, [next.next().value as Put]),
      1000 / Number(perSecond),
    )
  }
})
process.send?.({ configFile: district.configFile })
