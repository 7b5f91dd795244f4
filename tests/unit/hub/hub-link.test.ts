/** The link against hubs that must not be trusted, and frames that are not of the protocol. */
import { expect, test } from 'vitest'
import { signedIn } from '../../../native/hub/protocol.ts'
import { prepareCertificates } from '../../district/certificates.ts'
import { casePut, eventually, temporaryFolder } from '../support.ts'
import { openConsole, openDistrict } from './console-parts.ts'

test('a hub with a certificate of another authority is not spoken to', async () => {
  const district = await openDistrict()
  const { caPem } = await prepareCertificates(temporaryFolder(), Date.now)
  const console = openConsole(district.configFile, temporaryFolder(), { ca: caPem })
  await eventually(() => console.status.read().trouble === 'certificate')
  expect(console.status.read().phase).toBe('offline')
  expect(console.notices.list().at(-1)?.kind).toBe('hub-certificate')
  expect(district.hub.connections(district.subCenter)).toBe(0)
})

test('a wrong workstation token is refused and said', async () => {
  const district = await openDistrict()
  const console = openConsole(district.configFile, temporaryFolder(), { token: 'not-the-token-of-this-workstation' })
  await eventually(() => console.status.read().trouble === 'unauthorized')
  expect(console.notices.list().at(-1)?.kind).toBe('hub-unauthorized')
})

test('no hub at all: offline, with the reason', async () => {
  const district = await openDistrict()
  await district.close()
  const console = openConsole(district.configFile, temporaryFolder())
  await eventually(() => console.status.read().trouble === 'unreachable')
  expect(console.status.read().phase).toBe('offline')
})

test('malformed messages are refused, said, and the link goes on', async () => {
  const district = await openDistrict()
  const console = openConsole(district.configFile, temporaryFolder())
  await eventually(console.isOnline)
  district.hub.emitRaw(district.subCenter, 'feed.poke', { epoch: 5, head: 'many' })
  district.hub.emitRaw(district.subCenter, 'welcome', ['half'])
  district.hub.emitRaw(district.subCenter, 'no-such-event', { a: 1 })
  await eventually(() => console.notices.list().length === 2)
  district.hub.publish(district.subCenter, casePut())
  await eventually(() => console.cases.file('case-1', 'operator'))
})

test('a frame over the limit ends the connection, not the console', async () => {
  const district = await openDistrict()
  const console = openConsole(district.configFile, temporaryFolder())
  await eventually(console.isOnline)
  district.hub.emitRaw(district.subCenter, 'feed.poke', { text: 'x'.repeat(2_000_000) })
  await eventually(() => console.status.read().trouble === 'lost')
  district.hub.publish(district.subCenter, casePut())
  await eventually(() => console.cases.file('case-1', 'operator') && console.isOnline())
})

test('an answer that is not of the protocol is a fault, and a hub that never answers is offline', async () => {
  const district = await openDistrict()
  const console = openConsole(district.configFile, temporaryFolder())
  await eventually(console.isOnline)
  const ask = (ms?: number) =>
    console.link.request('account.signIn', { account: 'nobody', password: 'x' }, signedIn, ms)
  district.hub.setAlterReply((event, reply) => (event === 'account.signIn' ? '<html>' : reply))
  await expect(ask()).rejects.toMatchObject({ code: 'invalid' })
  district.hub.setAlterReply((event, reply) => (event === 'account.signIn' ? undefined : reply))
  await expect(ask(100)).rejects.toMatchObject({ code: 'offline', reason: 'timeout' })
})
