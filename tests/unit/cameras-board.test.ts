/** The camera desk's pure parts: the board's order, filters and totals; the form's draft; files as people have them. */
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { columns, readCameraFile } from '../../native/cameras/camera-files.ts'
import { mostComplaints, planImport } from '../../native/cameras/plan-import.ts'
import type { CameraHealth, HealthState } from '../../native/contract/camera-health.ts'
import type { CameraRow } from '../../native/contract/camera.ts'
import { cameraFilePiece, cameraTrial, type OwnCamera, ownCameraInput } from '../../native/contract/own-camera.ts'
import { cameraOwners } from '../../native/contract/vocabulary.ts'
import {
  type BoardLine,
  boardStates,
  filterLines,
  findLines,
  inOrderOfNames,
  searchTexts,
  sortLines,
  stateOf,
  totalsOf,
} from '../../renderer/desks/cameras/board.ts'
import { decodeFile, formatOf, templateOf } from '../../renderer/desks/cameras/camera-file.ts'
import {
  draftOf,
  emptyDraft,
  nextDeviceCode,
  type OwnDraft,
  readDraft,
  readTrial,
} from '../../renderer/desks/cameras/own-draft.ts'
import { pieceUnits } from '../../renderer/stores/own-cameras.ts'

const camera = (id: string, name: string, owner: CameraRow['owner'] = 'land-bureau'): CameraRow => ({
  ...{ id, name, owner, deviceCode: `11011207001320${id.padStart(6, '0')}`, place: '小堡村', longitude: 116.7 },
  ...{ latitude: 39.9, gridCode: 'SZ-0817', steerable: false, sourceKind: 'onvif' },
})
const healthOf = (
  cameraId: string,
  state: HealthState,
  since: number,
  answerMs: number | null = null,
): CameraHealth => ({
  ...{ cameraId, state, since, answerMs, checkedAt: since, source: 'round' },
  reason: state === 'down' || state === 'unstable' ? 'network' : null,
})
const line = (id: string, name: string, health: CameraHealth | null, owner?: CameraRow['owner']): BoardLine => ({
  ...{ camera: camera(id, name, owner), health },
})
const lines = [
  line('1', '北口', healthOf('1', 'online', 10, 900)),
  line('2', '东门', healthOf('2', 'down', 70), 'civil-defense'),
  line('3', '广场', null),
  line('4', '河道', healthOf('4', 'down', 30)),
  line('5', '南门', healthOf('5', 'unstable', 5, 40)),
]
const idsOf = (all: readonly BoardLine[]) => all.map(({ camera: { id } }) => id).join('')

describe('the board', () => {
  it('has those that are down longest first, then what is unstable, unknown, well', () => {
    expect(idsOf(sortLines(lines, 'trouble'))).toBe('42531')
    expect(idsOf(sortLines(lines, 'answer'))).toBe('15234')
    expect(sortLines(lines, 'name')).toBe(lines)
  })

  it('is in the order of pinyin and of numbers where names are alike', () => {
    const rows = ['路口10号', '北口', '路口9号', '东门'].map((name, at) => camera(String(at), name))
    expect(inOrderOfNames(rows, 'zh-CN').map(({ name }) => name)).toEqual(['北口', '东门', '路口9号', '路口10号'])
  })

  it.each([
    ['东门', '2'],
    ['dm', '2'],
    ['DM', '2'],
    ['xbc 河', '4'],
    ['000005', '5'],
    ['sz-0817', '12345'],
    ['  ', '12345'],
    ['没有', ''],
  ])('finds by %s: %s', (text, ids) => {
    const texts = searchTexts(lines.map((one) => one.camera))
    expect(idsOf(findLines(lines, texts, text))).toBe(ids)
  })

  it('totals say what each choice would leave', () => {
    const some = fc.array(
      fc.record({ owner: fc.constantFrom(...cameraOwners), state: fc.constantFrom<HealthState>(...boardStates) }),
    )
    const owner = fc.constantFrom(null, ...cameraOwners)
    const state = fc.constantFrom(null, ...boardStates)
    fc.assert(
      fc.property(some, owner, state, (all, chosen, wanted) => {
        const board = all.map((one, at) => line(String(at), '名', healthOf(String(at), one.state, 0), one.owner))
        const totals = totalsOf(board, { owner: chosen, state: wanted })
        for (const one of cameraOwners) {
          expect(totals.owners[one]).toBe(filterLines(board, { owner: one, state: wanted }).length)
        }
        for (const one of boardStates) {
          const left = filterLines(board, { owner: chosen, state: one })
          expect(totals.states[one]).toBe(left.length)
          expect(left.every((kept) => stateOf(kept) === one)).toBe(true)
        }
      }),
    )
  })
})

const good: OwnDraft = {
  ...emptyDraft(),
  ...{
    deviceCode: '1101 1207 0013 2000 0001',
    name: ' 村口 ',
    longitude: '１１６.７',
    latitude: '39.9',
    heading: '90',
  },
  ...{ kind: 'rtsp', mainUrl: 'rtsp://10.1.2.3/main', user: 'admin', password: 'a b' },
}
describe('a camera that is typed in', () => {
  it('is what the contract wants, digits of an input method and gaps included', () => {
    const read = readDraft(good)
    expect(read).toEqual({
      input: {
        ...{
          deviceCode: '11011207001320000001',
          name: '村口',
          place: '',
          longitude: 116.7,
          latitude: 39.9,
          heading: 90,
        },
        ...{ gridCode: '', steerable: false, credentials: { user: 'admin', password: 'a b' } },
        source: { kind: 'rtsp', mainUrl: 'rtsp://10.1.2.3/main', subUrl: null },
      },
    })
    expect('input' in read && ownCameraInput.safeParse(read.input).success).toBe(true)
  })

  it.each<[Partial<OwnDraft>, object]>([
    [{ deviceCode: '' }, { deviceCode: 'missing' }],
    [{ deviceCode: '11011207001180000001' }, { deviceCode: 'code' }],
    [{ name: '  ' }, { name: 'missing' }],
    [{ longitude: '' }, { longitude: 'missing' }],
    [
      { longitude: '39.9', latitude: '116.7' },
      { longitude: 'range', latitude: 'range' },
    ],
    [{ latitude: '东' }, { latitude: 'range' }],
    [{ heading: '360' }, { heading: 'range' }],
    [{ mainUrl: '' }, { mainUrl: 'missing' }],
    [{ mainUrl: 'http://10.1.2.3/a' }, { mainUrl: 'address' }],
    [{ mainUrl: 'rtsp://admin:x@10.1.2.3/a' }, { mainUrl: 'credentials' }],
    [{ subUrl: '10.1.2.3' }, { subUrl: 'address' }],
    [{ user: '' }, { user: 'missing' }],
  ])('%o is told as %o', (changes, problems) => {
    expect(readDraft({ ...good, ...changes })).toEqual({ problems })
  })

  it('is never refused by the contract once it was let through here', () => {
    const text = (...likely: string[]) => fc.oneof(fc.constantFrom(...likely), fc.string({ maxLength: 12 }))
    const draft = fc.record({
      ...{ deviceCode: text('11011207001320000001', '99011207001320000001'), name: text('村口'), place: text('宋庄') },
      ...{
        longitude: text('116.7', '72', '1e3'),
        latitude: text('39.9', '55'),
        heading: text('', '0', '359.9', '360'),
      },
      ...{ gridCode: text('', 'SZ-0817'), steerable: fc.boolean(), kind: fc.constantFrom('onvif', 'rtsp', 'hls') },
      mainUrl: text('rtsp://10.0.0.1/a', 'http://10.0.0.1/a', 'http://a:b@10.0.0.1/', 'rtsp://[::1', 'http://'),
      subUrl: text('', 'rtsp://10.0.0.1/b', 'rtsp://x@10.0.0.1/b'),
      ...{ access: fc.constantFrom('keep', 'none', 'given'), user: text('', 'admin'), password: text('', 'x') },
    })
    fc.assert(
      fc.property(draft, (one) => {
        const read = readDraft(one as OwnDraft)
        // Control characters come from no keyboard; the contract has the last word on them.
        // eslint-disable-next-line no-control-regex
        if ('input' in read && !/[\u0000-\u001f\u007f]/.test(one.name + one.place)) {
          expect(ownCameraInput.safeParse(read.input).error?.issues).toBeUndefined()
          const tried = readTrial(one as OwnDraft, null)
          expect('trial' in tried && cameraTrial.safeParse(tried.trial).success).toBe(true)
        }
      }),
      { numRuns: 500 },
    )
  })

  it('comes back as it stands, without its account', () => {
    const { credentials: _, ...input } = (readDraft(good) as Extract<ReturnType<typeof readDraft>, { input: object }>)
      .input
    const stands: OwnCamera = { ...input, id: 'own-1', hasCredentials: true, version: 2 }
    expect(readDraft(draftOf(stands))).toEqual({ input: { ...input, credentials: 'keep' } })
    expect(readDraft(draftOf({ ...stands, hasCredentials: false }))).toMatchObject({ input: { credentials: null } })
  })

  it('takes the code after the highest of our own', () => {
    const own = (deviceCode: string) => ({ owner: 'own-community' as const, deviceCode })
    expect(nextDeviceCode([own('11011207001320000009'), own('11011207001320000010')])).toBe('11011207001320000011')
    expect(nextDeviceCode([{ owner: 'land-bureau', deviceCode: '11011207001320000009' }])).toBeNull()
    expect(nextDeviceCode([own('11011207001320999999')])).toBeNull()
  })
})

describe('files of cameras', () => {
  it.each([
    ['自建.CSV', 'csv'],
    ['a.geojson', 'geojson'],
    ['a.json', 'geojson'],
    ['a.xlsx', null],
  ])('%s is %s', (name, format) => expect(formatOf(name)).toBe(format))

  it('are read in the characters that Excel in China writes, and in those of everybody else', () => {
    // 名称,村口 in GB 18030
    const chinese = Uint8Array.from([0xc3, 0xfb, 0xb3, 0xc6, 0x2c, 0xb4, 0xe5, 0xbf, 0xda])
    expect(decodeFile(chinese)).toEqual({ text: '名称,村口', encoding: 'gb18030' })
    expect(decodeFile(new TextEncoder().encode('\uFEFF名称'))).toEqual({ text: '名称', encoding: 'utf-8' })
    const wide = Uint8Array.from([0xff, 0xfe, 0x0d, 0x54])
    expect(decodeFile(wide)).toEqual({ text: '名', encoding: 'utf-16le' })
  })

  it.each(['csv', 'geojson'] as const)('of the template are taken without a complaint: %s', (format) => {
    const read = readCameraFile(format, templateOf(format))
    if (!('rows' in read)) return expect.unreachable()
    expect(planImport(read.rows, [], new Set())).toMatchObject({ added: 2, complaints: [] })
    if (format === 'csv') expect(templateOf(format)).toContain(Object.values(columns).join(','))
  })

  it('are cut and told as the native program wants it', () => {
    expect([pieceUnits, mostComplaints]).toEqual([cameraFilePiece, 200])
  })
})
