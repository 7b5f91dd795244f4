/** `npm run district`: runs the simulated district until Ctrl-C and says what it serves and where. */
import { once } from 'node:events'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { pino } from 'pino'
import type { SharedCameraOwner as CameraOwner } from '../../native/contract/vocabulary.ts'
import { type District, type DistrictOptions, startDistrict } from './district.ts'
import type { Answer } from './outer-systems.ts'
import { requireWritable } from './district-files.ts'
import { readServices, scaleHub } from './hub-at-scale/scale-hub.ts'
import { faultNames } from './hub/faulty-hub.ts'
import type { Desk } from './traffic/traffic.ts'
import { findSubCenter, songzhuang } from './sub-centers.ts'

const usage = `npm run district -- [options]
  --folder PATH       state, certificates, console.json (default: build/out/district)
  --port N            the hub's port on 127.0.0.1, 0 for any free one (default: 18443)
  --seed N            another seed is another district (default: 1)
  --accelerate N      how many times as fast as the day; 0 for no live traffic (default: 10)
  --history N         cases that a new district already has (default: 3000)
  --cameras LIST      none, or numbers for public-security,land-bureau,civil-defense (default: 8,4,4)
  --desk WHO          simulated: others take desk steps that wait for minutes; operator: only you (default: simulated)
  --sub-center CODE   where the console sits, e.g. SZ or 110112104 (default: SZ)
  --hub-processes N   so many hub processes behind the port, on the PostgreSQL of DATABASE_URL and the Redis of REDIS_URL, and no live
                      traffic; 0 for one hub with a file of its own (default: 0)
  --hub-fault NAME    the hub breaks a rule of its protocol: ${faultNames.join(', ')}`

const defaultFolder = new URL('../../build/out/district', import.meta.url).pathname

interface Options extends Omit<DistrictOptions, 'clock' | 'log'> {
  hubProcesses: number
}

function readOptions(args: string[]): Options {
  const text = (fallback: string) => ({ type: 'string', default: fallback }) as const
  const { values } = parseArgs({
    args,
    options: {
      ...{ folder: text(defaultFolder), port: text('18443'), seed: text('1'), accelerate: text('10') },
      ...{ history: text('3000'), cameras: text('8,4,4'), 'sub-center': text(songzhuang) },
      desk: text('simulated'),
      'hub-fault': { type: 'string' },
      'hub-processes': text('0'),
    },
  })
  const hubProcesses = wholeNumber('hub-processes', values['hub-processes'], 16)
  return {
    folder: values.folder,
    port: wholeNumber('port', values.port, 65_535),
    seed: wholeNumber('seed', values.seed, 2 ** 32),
    // What happens by itself in the district is put into a hub of this process.
    accelerate: hubProcesses > 0 ? 0 : wholeNumber('accelerate', values.accelerate, 10_000),
    hubProcesses,
    history: wholeNumber('history', values.history, 1_000_000),
    cameras: values.cameras === 'none' ? 'none' : cameraCounts(values.cameras),
    desk: deskOf(values.desk),
    hubFault: values['hub-fault'] ?? null,
    subCenter: findSubCenter(values['sub-center']).code,
  }
}

function deskOf(text: string): Desk {
  if (text !== 'simulated' && text !== 'operator')
    throw new Error(`--desk must be simulated or operator, not "${text}"`)
  return text
}

function wholeNumber(name: string, text: string, most: number): number {
  const number = Number(text)
  if (!Number.isInteger(number) || number < 0 || number > most || text.trim() === '')
    throw new Error(`--${name} must be a whole number from 0 to ${most}, not "${text}"`)
  return number
}

function cameraCounts(text: string): Record<CameraOwner, number> {
  const counts = text.split(',').map((part) => wholeNumber('cameras', part, 200))
  const [publicSecurity, landBureau, civilDefense] = counts
  if (counts.length !== 3 || publicSecurity === undefined || landBureau === undefined || civilDefense === undefined)
    throw new Error(`--cameras must be "none" or three numbers such as 8,4,4, not "${text}"`)
  return { 'public-security': publicSecurity, 'land-bureau': landBureau, 'civil-defense': civilDefense }
}

function describe(district: District, hub: { url: string; head: number }, { accelerate }: Options): void {
  const { subCenter, cameras, certificates, configFile, workstation, accounts, geography } = district
  const { name } = findSubCenter(subCenter)
  const grids = geography.gridsOf(subCenter).length
  console.log(`
Simulated district: ${geography.subCenters.length} sub-centers, ${geography.stations.size} stations, ${geography.grids.size} grids
  hub            ${hub.url}  (namespace /workstation, private authority ${certificates.caPath})
  sub-center     ${subCenter} ${name}, ${grids} grids, feed at change ${hub.head}
  workstation    ${workstation.code}  (token in ${workstation.tokenFile})
  traffic        ${accelerate ? `${accelerate} times as fast as the day` : 'none'}
  cameras        ${cameras.length}
  console        --config ${configFile}
  accounts (simulated people, so the passwords are shown):`)
  for (const { account, password, name: person, role } of accounts)
    console.log(`    ${account.padEnd(12)} ${password.padEnd(18)} ${person} (${role})`)
  console.log('district ready')
}

/** One line for each answer that goes back up to where a case came from. */
function answered({ channel, reference, number, text }: Answer): void {
  console.log(`  answered       ${channel} ${reference || number}: ${text}`)
}

/** Ctrl-C twice ends it the hard way. */
function untilStopped(): AbortSignal {
  const stopping = new AbortController()
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const)
    process.once(signal, () => stopping.abort(new Error('interrupted')))
  return stopping.signal
}

async function run(): Promise<void> {
  if (process.argv.includes('--help')) return console.log(usage)
  const options = readOptions(process.argv.slice(2))
  requireWritable(options.folder)
  const log = pino({ base: null }, pino.destination({ dest: join(options.folder, 'district.log'), sync: true }))
  const stopping = untilStopped()
  const { hubProcesses } = options
  const services = hubProcesses > 0 ? readServices(process.env) : null
  const whole = { ...options, clock: Date.now, log, signal: stopping, answered }
  const district = await startDistrict({ ...whole, ...(services && { port: 0 }) })
  const scaled = services && (await scaleHub(district, whole, services, hubProcesses))
  const own = { url: district.hub.url, head: scaled?.head ?? district.hub.head(district.subCenter) }
  describe(district, scaled ?? own, options)
  if (!stopping.aborted) await once(stopping, 'abort')
  await scaled?.close()
  await district.close()
}

try {
  await run()
  process.exit()
} catch (error) {
  console.error(`the district cannot run: ${error instanceof Error ? error.message : String(error)}`)
  process.exit(1)
}
