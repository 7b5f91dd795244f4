/** Two workstations of one sub-center at a real hub: one camera in one hand, and who may do what with the registry. */
import { createRouterClient, type RouterClient } from '@orpc/server'
import { expect, onTestFinished, test } from 'vitest'
import { loadConfiguration } from '../../native/configuration.ts'
import type { CameraRow } from '../../native/contract/camera.ts'
import type { OwnCameraInput } from '../../native/contract/own-camera.ts'
import type { LeaseState } from '../../native/contract/ptz.ts'
import { openWorkstation, type Workstation } from '../../native/workstation.ts'
import { startDistrict } from '../district/district.ts'
import { stateOf } from './duty-console.ts'
import { silent, temporaryFolder } from './support.ts'

type Client = RouterClient<Workstation['router']>

/** The list as soon as it holds such a camera. */
async function listed(client: Client, isMeant: (row: CameraRow) => boolean): Promise<CameraRow[]> {
  const leaving = new AbortController()
  try {
    let rows: CameraRow[] = []
    for await (const told of await client.cameras.list(undefined, { signal: leaving.signal })) {
      const put = told.kind === 'snapshot' ? told.snapshot : told.delta.put
      rows = [...rows.filter(({ id }) => !put.some((row) => row.id === id)), ...put]
      if (rows.some(isMeant)) return rows
    }
    throw new Error('the topic ended')
  } finally {
    leaving.abort()
  }
}

async function openBoth() {
  const cameras = { 'public-security': 0, 'land-bureau': 1, 'civil-defense': 0 }
  const district = await startDistrict({ folder: temporaryFolder(), clock: Date.now, log: silent, cameras })
  onTestFinished(() => district.close())
  async function open(configFile: string, role: string) {
    const workstation = await openWorkstation({
      configuration: loadConfiguration(configFile),
      ...{ allowedOrigins: [], log: silent, pace: { heartbeatMs: 50 } },
    })
    onTestFinished(() => workstation.close())
    const client = createRouterClient(workstation.router)
    const { account = '', password = '' } = district.accounts.find((one) => one.role === role) ?? {}
    await stateOf(
      (signal) => client.link.watch(undefined, { signal }),
      ({ phase }) => phase === 'online',
    )
    await client.session.signIn({ account, password })
    const told = (isMeant: (state: LeaseState) => boolean) =>
      stateOf<LeaseState>((signal) => client.cameras.steering.leases(undefined, { signal }), isMeant)
    return { client, told }
  }
  const one = await open(district.configFile, 'operator')
  const other = await open(district.configFileOf(3), 'duty-leader')
  const camera = district.cameras[0] ?? expect.unreachable()
  const cameraId = camera.id
  for (const { client } of [one, other]) await listed(client, ({ id }) => id === cameraId)
  return { one, other, camera, cameraId }
}

const input: OwnCameraInput = {
  ...{ deviceCode: '11011207001320000001', name: '村口', place: '宋庄村', longitude: 116.72, latitude: 39.95 },
  ...{ heading: null, gridCode: '', steerable: false, credentials: { user: 'admin', password: 'geheim' } },
  source: { kind: 'rtsp', mainUrl: 'rtsp://10.1.2.3/main', subUrl: null },
}

test('one steers, the other sees who; a leader takes it over and the first one is told', async () => {
  const { one, other, cameraId } = await openBoth()
  const take = (isTakenOver: boolean) => ({ cameraId, isTakenOver })
  await one.client.cameras.steering.take(take(false))
  await one.client.cameras.steering.move({ cameraId, velocity: { pan: 1, tilt: 0, zoom: 0 } })
  const { leases } = await other.told((state) => state.leases.length === 1)
  expect(leases).toMatchObject([{ workstation: 'SZ-02', cameraId, by: { name: '王建国', role: 'operator' } }])
  await expect(other.client.cameras.steering.take(take(false))).rejects.toMatchObject({
    data: { reason: 'lease-held' },
  })
  await other.client.cameras.steering.take(take(true))
  const { lost } = await one.told((state) => state.lost !== null)
  expect(lost).toMatchObject({ cameraId, to: { role: 'duty-leader' } })
  await expect(one.client.cameras.steering.take(take(true))).rejects.toMatchObject({ data: { reason: 'lease-held' } })
  await expect(
    one.client.cameras.steering.move({ cameraId, velocity: { pan: 1, tilt: 0, zoom: 0 } }),
  ).rejects.toMatchObject({ data: { reason: 'lease-needed' } })
  await other.client.cameras.steering.goTo({ cameraId, presetToken: 'preset-2' })
  await other.client.session.signOut()
  await one.told((state) => state.leases.length === 0)
})

test('who answers for the shift keeps the cameras of our own; others see them; nobody sees a password', async () => {
  const { one, other } = await openBoth()
  await expect(one.client.cameras.own.add(input)).rejects.toMatchObject({ code: 'forbidden' })
  const { cameraId } = await other.client.cameras.own.add(input)
  expect(JSON.stringify(await other.client.cameras.own.read({ cameraId }))).not.toMatch(/geheim|admin/)
  let file = ''
  for await (const piece of await other.client.cameras.own.export({ format: 'csv' })) file += piece
  expect(file).toContain('村口')
  const { importId } = await other.client.cameras.own.beginImport({ format: 'csv' })
  await other.client.cameras.own.appendImport({ importId, at: 0, text: file.replace('村口', '村东') })
  expect(await other.client.cameras.own.finishImport({ importId, isTrial: false })).toMatchObject({ changed: 1 })
  const rows = await listed(other.client, ({ name }) => name === '村东')
  expect(rows.map(({ owner }) => owner)).toEqual(['land-bureau', 'own-community'])
  await other.client.cameras.own.remove({ cameraId })
  const search = await other.client.cameras.discovery.search()
  for await (const told of search) {
    expect(told.kind).toBe('snapshot')
    break
  }
})

test('a camera is tried out before it is kept: it answers, refuses the account, or is not there; its log begins with who added it', async () => {
  const { one, other, camera } = await openBoth()
  const { own, health } = other.client.cameras
  const { source, credentials } = camera
  const reasonOf = async (trial: Parameters<typeof own.tryOut>[0]) => (await own.tryOut(trial)).reason
  const nobody = { kind: 'rtsp', mainUrl: 'rtsp://127.0.0.1:1/a', subUrl: null } as const
  expect(await reasonOf({ cameraId: null, source, credentials })).toBeNull()
  expect(await reasonOf({ cameraId: null, source, credentials: 'keep' })).toBe('credentials')
  expect(await reasonOf({ cameraId: null, source: nobody, credentials: null })).toBe('network')
  await expect(one.client.cameras.own.tryOut({ cameraId: null, source, credentials })).rejects.toMatchObject({
    code: 'forbidden',
  })
  const { cameraId } = await own.add({ ...input, source, credentials })
  expect(await reasonOf({ cameraId, source, credentials: 'keep' })).toBeNull()
  expect(await health.log({ cameraId, before: null })).toMatchObject([{ kind: 'added', operatorName: '李秀兰' }])
})
