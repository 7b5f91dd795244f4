/** The community's own cameras: kept, changed, taken in and out as files. */
import fc from 'fast-check'
import { describe, expect, onTestFinished, test } from 'vitest'
import { join } from 'node:path'
import type { AuditEntry } from '../../native/access/audit.ts'
import { createCameraExchange } from '../../native/cameras/camera-exchange.ts'
import { createCameraRegistry, differCameras } from '../../native/cameras/camera-registry.ts'
import { createCameraLog } from '../../native/cameras/camera-log.ts'
import { readCsv, writeCsvLine } from '../../native/cameras/csv.ts'
import { createOwnCameras } from '../../native/cameras/own-cameras.ts'
import type { SharedCamera } from '../../native/contract/camera.ts'
import { deviceCodeProblem } from '../../native/contract/device-code.ts'
import { type CameraFileFormat, type OwnCameraInput, ownCameraInput } from '../../native/contract/own-camera.ts'
import { openDatabase } from '../../native/database/open.ts'
import { manualClock } from './media-clock.ts'
import { temporaryFolder } from './support.ts'

const leader = { id: 'zhao' }
const codeOf = (serial: number) => `11011207001320${String(serial).padStart(6, '0')}`

function inputOf(serial: number, changes: Partial<OwnCameraInput> = {}): OwnCameraInput {
  return {
    ...{ deviceCode: codeOf(serial), name: `村口${serial}`, place: '宋庄村', longitude: 116.72, latitude: 39.95 },
    ...{ heading: 90, gridCode: 'SZ-0817', steerable: false },
    source: { kind: 'rtsp', mainUrl: `rtsp://10.1.2.3/${serial}/main`, subUrl: `rtsp://10.1.2.3/${serial}/sub` },
    credentials: { user: 'admin', password: 'geheim/@' },
    ...changes,
  }
}

const shared: SharedCamera = {
  ...{ id: 'lb-001', deviceCode: codeOf(900_001), owner: 'land-bureau', name: '河道高空', place: '', longitude: 116.7 },
  ...{ latitude: 39.9, gridCode: '', steerable: true, source: { kind: 'hls', url: 'http://c/i.m3u8' } },
  ...{ credentials: null, version: 1 },
}

function setUp() {
  const database = openDatabase(join(temporaryFolder(), 'console.db'), '11'.repeat(32))
  onTestFinished(() => void database.close())
  const audit: AuditEntry[] = []
  const registry = createCameraRegistry(database)
  registry.put(shared, 1)
  let count = 0
  const newId = () => `id-${++count}`
  const cameraLog = createCameraLog(database, manualClock(), 3)
  const recordAudit = (entry: AuditEntry) => void audit.push(entry)
  const own = createOwnCameras({ database, recordAudit, newId, written: registry.refresh, forget: cameraLog.forget })
  const exchange = createCameraExchange({ own, recordAudit, newId })
  const load = (format: CameraFileFormat, text: string, isTrial = false) => {
    const importId = exchange.begin(format)
    for (let at = 0; at < text.length; at += 1000) exchange.append(importId, at, text.slice(at, at + 1000))
    return exchange.finish(leader, importId, isTrial)
  }
  const save = (format: CameraFileFormat) => [...exchange.export(leader, format)].join('')
  return { database, registry, own, exchange, audit, cameraLog, load, save }
}

describe('a camera of our own', () => {
  test('is tried out with what is sealed here only at the host that it was given for', () => {
    const { own } = setUp()
    const cameraId = own.add(leader, inputOf(1))
    const at = (host: string) => ({ kind: 'rtsp' as const, mainUrl: `rtsp://${host}/1/main`, subUrl: null })
    const tried = (cameraId: string | null, host: string) =>
      own.onTrial({ cameraId, source: at(host), credentials: 'keep' }).credentials
    expect(tried(cameraId, '10.1.2.3')).toEqual({ user: 'admin', password: 'geheim/@' })
    expect([tried(cameraId, '10.1.2.4'), tried(null, '10.1.2.3')]).toEqual([null, null])
    expect(() => tried('own-unknown', '10.1.2.3')).toThrow(expect.objectContaining({ code: 'not-found' }))
  })

  test('stands beside the shared ones, without its address and password', () => {
    const { own, registry, audit } = setUp()
    const before = registry.rows()
    const id = own.add(leader, inputOf(1))
    expect(registry.rows().map(({ owner, name }) => [owner, name])).toEqual([
      ['land-bureau', '河道高空'],
      ['own-community', '村口1'],
    ])
    expect(differCameras(before, registry.rows())?.put.map((row) => row.id)).toEqual([id])
    expect(registry.find(id)?.credentials).toEqual({ user: 'admin', password: 'geheim/@' })
    expect(JSON.stringify([registry.rows(), own.read(id), own.list()])).not.toMatch(/geheim|admin/)
    expect(own.read(id)).toMatchObject({ hasCredentials: true, version: 1, heading: 90 })
    expect(audit).toEqual([{ operatorId: 'zhao', action: 'camera.added', subject: id, reason: null }])
    // What the hub takes back with a new snapshot is never one of these.
    registry.removeOtherGenerations(2)
    expect(registry.rows().map((row) => row.id)).toEqual([id])
  })

  test('is changed by whoever has seen its last version, and keeps its password unless given another', () => {
    const { own, registry } = setUp()
    const id = own.add(leader, inputOf(1))
    own.change(leader, id, 1, inputOf(1, { name: '村东', credentials: 'keep' }))
    expect(registry.find(id)).toMatchObject({ name: '村东', version: 2, credentials: { user: 'admin' } })
    expect(() => own.change(leader, id, 1, inputOf(1))).toThrow('somebody else')
    own.change(leader, id, 2, inputOf(1, { credentials: null }))
    expect(registry.find(id)?.credentials).toBeNull()
    own.change(leader, id, 3, inputOf(1))
    const elsewhere = { kind: 'rtsp', mainUrl: 'rtsp://10.1.2.3/main', subUrl: 'rtsp://203.0.113.9/sub' } as const
    own.change(leader, id, 4, inputOf(1, { source: elsewhere, credentials: 'keep' }))
    expect(registry.find(id)?.credentials).toBeNull()
    expect(() => own.change(leader, 'lb-001', 1, inputOf(2))).toThrow('no camera lb-001 of our own')
  })

  test('has a device code that no other camera has', () => {
    const { own } = setUp()
    own.add(leader, inputOf(1))
    expect(() => own.add(leader, inputOf(1))).toThrow(expect.objectContaining({ reason: 'device-code-taken' }))
    const taken = inputOf(2, { deviceCode: shared.deviceCode })
    expect(() => own.add(leader, taken)).toThrow(expect.objectContaining({ reason: 'device-code-taken' }))
    expect(own.list()).toHaveLength(1)
  })

  test('goes with its log; a shared one stays', () => {
    const { own, registry, cameraLog } = setUp()
    const id = own.add(leader, inputOf(1))
    for (let count = 0; count < 5; count += 1) cameraLog.note(id, 'down', { reason: 'network' })
    expect(cameraLog.read(id, null).map((line) => line.id)).toEqual([5, 4, 3])
    expect(cameraLog.read(id, 5).map((line) => line.id)).toEqual([4, 3])
    own.remove(leader, id)
    own.remove(leader, id)
    own.remove(leader, 'lb-001')
    expect([registry.find(id), registry.find('lb-001')?.id, cameraLog.read(id, null)]).toEqual([null, 'lb-001', []])
  })

  test.each([
    ['1101120700132000001', 'digits'],
    ['99011207001320000001', 'area'],
    ['11011207001110000001', 'type'],
    ['11011207001329000001', 'network'],
    ['11011207001320000000', 'serial'],
    ['11011207001320000001', null],
    ['11000000001311000007', null],
  ])('device code %s: %s', (code, problem) => expect(deviceCodeProblem(code)).toBe(problem))

  test('has no password in its address, and stands in China', () => {
    const withPassword = inputOf(1, { source: { kind: 'hls', url: 'http://admin:x@10.1.2.3/i.m3u8' } })
    expect(ownCameraInput.safeParse(withPassword).success).toBe(false)
    expect(ownCameraInput.safeParse(inputOf(1, { longitude: 39.9, latitude: 116.7 })).success).toBe(false)
    expect(ownCameraInput.safeParse(inputOf(1)).success).toBe(true)
  })
})

describe('files of cameras', () => {
  test.each(['csv', 'geojson'] as const)('%s: what goes out comes back as it was, without passwords', (format) => {
    const { own, save, load } = setUp()
    own.add(leader, inputOf(1, { name: '=cmd|"x"!A1', place: "'村口', x" }))
    own.add(leader, inputOf(2, { heading: null, source: { kind: 'onvif', deviceUrl: 'http://10.1.2.4/onvif' } }))
    const text = save(format)
    expect(text).not.toMatch(/geheim|admin/)
    expect(load(format, text)).toEqual({ added: 0, changed: 0, unchanged: 2, complaints: [], lines: [] })
    const before = own.list()
    for (const { id } of before) own.remove(leader, id)
    expect(load(format, text, true)).toMatchObject({ added: 2 })
    expect(own.list()).toEqual([])
    expect(load(format, text)).toMatchObject({ added: 2, complaints: [] })
    const bare = ({ id: _id, version: _version, hasCredentials: _has, ...rest }: (typeof before)[number]) => rest
    expect(own.list().map(bare)).toEqual(before.map(bare))
  })

  test('one bad line and nothing is taken; every bad line is named', () => {
    const { own, load } = setUp()
    const head = '设备编码,名称,经度,纬度,接入方式,主码流地址,用户名,密码'
    const good = `${codeOf(1)},好,116.7,39.9,RTSP,rtsp://10.0.0.1/a,admin,x`
    const lines = [
      head,
      good,
      `123,坏,116.7,39.9,rtsp,rtsp://10.0.0.1/b,,`,
      `${codeOf(3)},"两\n行",东,39.9,rtsp,rtsp://10.0.0.1/c,,`,
      `${codeOf(4)},坏,116.7,39.9,rtsp,rtsp://a:b@10.0.0.1/d,,`,
      good,
      `${shared.deviceCode},坏,116.7,39.9,rtsp,rtsp://10.0.0.1/e,,`,
      `${codeOf(7)},,116.7,39.9,rtsp,rtsp://10.0.0.1/f,,`,
      `${codeOf(8)},坏,116.7,39.9,gb28181,rtsp://10.0.0.1/g,,`,
    ]
    expect(load('csv', lines.join('\r\n')).complaints).toEqual([
      { line: 3, field: 'device_code', problem: 'device-code' },
      { line: 4, field: 'longitude', problem: 'value' },
      { line: 6, field: 'main_url', problem: 'credentials' },
      { line: 7, field: 'device_code', problem: 'repeated' },
      { line: 8, field: 'device_code', problem: 'shared' },
      { line: 9, field: 'name', problem: 'missing' },
      { line: 10, field: 'source_kind', problem: 'value' },
    ])
    expect(own.list()).toEqual([])
    expect(load('csv', [head, good].join('\n'))).toMatchObject({ added: 1, complaints: [] })
    // What of a camera would be another: an account that is given counts as such.
    expect(load('csv', [head, good.replace(',好,', ',更好,')].join('\n'), true).lines).toEqual([
      { line: 2, deviceCode: codeOf(1), name: '更好', differing: ['name', 'credentials'] },
    ])
    expect(load('csv', '名称,经度\n1,2').complaints).toEqual([{ line: 1, field: 'device_code', problem: 'columns' }])
    for (const format of ['csv', 'geojson'] as const) {
      expect(load(format, '"').complaints).toEqual([{ line: 0, field: null, problem: 'file' }])
    }
  })

  test('no cell begins as a formula, and any text survives', () => {
    fc.assert(
      fc.property(fc.array(fc.string({ unit: 'grapheme' }), { minLength: 2, maxLength: 5 }), (cells) => {
        const line = writeCsvLine(cells)
        expect(readCsv(line)).toEqual([{ line: 1, cells }])
      }),
    )
    const risky = ['=1', '+1', '-1', '@x', '\tx', "'x", '11011207001320000001']
    expect(
      writeCsvLine(risky)
        .split(',')
        .every((cell) => cell.replace(/^"/, '').startsWith("'")),
    ).toBe(true)
  })

  test('pieces come in order, and not without end', () => {
    const { exchange } = setUp()
    const id = exchange.begin('csv')
    exchange.append(id, 0, 'abc')
    expect(() => exchange.append(id, 0, 'abc')).toThrow(expect.objectContaining({ code: 'conflict' }))
    const other = exchange.begin('csv')
    expect(() => exchange.append(id, 3, 'abc')).toThrow(expect.objectContaining({ code: 'not-found' }))
    exchange.append(other, 0, 'x'.repeat(6_000_000))
    expect(() => exchange.append(other, 6_000_000, 'x')).toThrow(expect.objectContaining({ code: 'invalid' }))
  })

  test('five thousand are taken, one more is not', () => {
    const { own, load, registry } = setUp()
    const head = 'device_code,name,longitude,latitude,source_kind,main_url'
    const lines = Array.from(
      { length: 5_000 },
      (_, at) => `${codeOf(at + 1)},村${at},116.7,39.9,rtsp,rtsp://10.0.0.1/${at}`,
    )
    expect(load('csv', [head, ...lines].join('\n'))).toMatchObject({ added: 5_000, complaints: [] })
    expect(registry.rows()).toHaveLength(5_001)
    const more = `${head}\n${codeOf(5_001)},村,116.7,39.9,rtsp,rtsp://10.0.0.1/x`
    expect(load('csv', more).complaints).toEqual([{ line: 0, field: null, problem: 'too-many' }])
    expect(() => own.add(leader, inputOf(5_001))).toThrow(expect.objectContaining({ code: 'invalid' }))
  })
})
