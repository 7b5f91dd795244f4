/** The hub of the feed bench, a process of its own: says where it is, and publishes when asked. */
import pino from 'pino'
import { startDistrict } from '../district/district.ts'
import { feedPuts } from './feed-puts.ts'

const [folder = '', changes = '0'] = process.argv.slice(2)
const district = await startDistrict({ folder, clock: Date.now, log: pino({ level: 'silent' }) })
process.on('message', () => {
  district.hub.publishMany(district.subCenter, feedPuts(Number(changes)))
  process.send?.({ published: true })
})
process.send?.({ configFile: district.configFile })
