/** The hub of the outage bench, a process of its own: publishes the changes that wait above, when asked. */
import pino from 'pino'
import type { Put } from '../../native/hub/protocol.ts'
import { startDistrict } from '../district/district.ts'
import { feedPuts } from './feed-puts.ts'

const [folder = ''] = process.argv.slice(2)
const district = await startDistrict({ folder, clock: Date.now, log: pino({ level: 'silent' }) })
const { hub, subCenter } = district
const puts = feedPuts(Infinity)

/** What comes with `{cases}` are reports to work on, with `{changes}` changes to other cases; answers the ids. */
process.on('message', ({ cases = 0, changes = 0 }: { cases?: number; changes?: number }) => {
  const ids = Array.from({ length: cases }, () => district.reportFromField().id)
  if (changes > 0)
    hub.publishMany(
      subCenter,
      Array.from({ length: changes }, () => puts.next().value as Put),
    )
  process.send?.({ ids, head: hub.head(subCenter) })
})
const [person] = district.accounts
if (!person) throw new Error('the district has no accounts')
const { account, password, id, name, role } = person
const operator = { id, account, name, role, subCenter, subCenterName: '宋庄镇' }
process.send?.({ configFile: district.configFile, port: hub.port, account, password, operator })
