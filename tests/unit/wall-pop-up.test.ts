import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { CameraRow } from '../../native/contract/camera.ts'
import type { CameraNotice } from '../../native/contract/camera-health.ts'
import type { Alarm } from '../../native/contract/duty.ts'
import { directionOf, mostNear, nearestTo, wayTo } from '../../renderer/desks/wall/nearest.ts'
import {
  dismissed,
  hasEnded,
  noPopUps,
  type Occasion,
  occasionsOfAlarms,
  occasionsOfNotices,
  offered,
  settled,
} from '../../renderer/desks/wall/pop-up.ts'

const occasion = (id: string, kind: Occasion['kind'] = 'late'): Occasion => {
  const isNotice = kind === 'motion' || kind === 'tamper'
  return { id, kind, title: id, place: '', caseId: isNotice ? null : id, cameraId: isNotice ? 'camera' : null }
}
const offerAll = (all: readonly Occasion[]) => all.reduce((popUps, one, at) => offered(popUps, one, at), noPopUps)
const waitingIds = ({ waiting }: typeof noPopUps) => waiting.map(({ id }) => id)

describe('what pops up', () => {
  it('is one at a time, the next ones in their order', () => {
    let popUps = offerAll([occasion('a'), occasion('b'), occasion('c')])
    expect([popUps.shown?.id, waitingIds(popUps)]).toEqual(['a', ['b', 'c']])
    popUps = dismissed(popUps, 10)
    expect([popUps.shown?.id, popUps.since, waitingIds(popUps)]).toEqual(['b', 10, ['c']])
    expect(dismissed(dismissed(popUps, 11), 12)).toMatchObject({ shown: null, waiting: [] })
  })

  it('pops up once, except when somebody asks for it', () => {
    const gone = dismissed(offerAll([occasion('a')]), 1)
    expect(offered(gone, occasion('a'), 2).shown).toBeNull()
    const asked = offered(gone, occasion('case 1', 'case'), 2)
    expect(offered(dismissed(asked, 3), occasion('case 1', 'case'), 4).shown?.id).toBe('case 1')
  })

  it('lets what was asked for come at once, and what was shown come back after it', () => {
    const popUps = offered(offerAll([occasion('a'), occasion('b')]), occasion('case 1', 'case'), 5)
    expect([popUps.shown?.id, waitingIds(popUps)]).toEqual(['case 1', ['a', 'b']])
    expect(dismissed(popUps, 6).shown?.id).toBe('a')
  })

  it('goes by itself when the alarm is acknowledged, shown or still waiting', () => {
    const popUps = offerAll([occasion('a'), occasion('b'), occasion('c')])
    const settledNow = settled(popUps, ({ id }) => id !== 'c', 99)
    expect([settledNow.shown?.id, waitingIds(settledNow)]).toEqual(['c', []])
    expect(settled(popUps, () => false, 99)).toBe(popUps)
  })

  it('stands a while after a movement that is over, and not for ever with one that never ends', () => {
    const motion = offered(noPopUps, occasion('m', 'motion'), 0)
    expect(settled(motion, () => true, 19_999).shown?.id).toBe('m')
    expect(settled(motion, () => true, 20_000).shown).toBeNull()
    expect(settled(motion, () => false, 59_999).shown?.id).toBe('m')
    expect(settled(motion, () => false, 60_000).shown).toBeNull()
  })

  it('loses nothing that somebody has to see, and shows nothing twice, up to what may wait', () => {
    const some = fc.uniqueArray(fc.nat(19).map(String), { maxLength: 20 })
    fc.assert(
      fc.property(some, (names) => {
        let popUps = offerAll(names.map((name) => occasion(name)))
        const seen: string[] = []
        for (; popUps.shown; popUps = dismissed(popUps, 0)) seen.push(popUps.shown.id)
        expect(seen).toEqual(names)
      }),
    )
  })
})

describe('occasions', () => {
  const alarm = (changes: Partial<Alarm>): Alarm => ({
    ...{ id: 'A', kind: 'late', raisedAt: 100, grownAt: 100, acknowledged: null, count: 1 },
    cases: [{ caseId: 'c1', number: 'TZ-1', classCode: '0101', className: '暴露垃圾', place: '宋庄', dueAt: 90 }],
    ...changes,
  })

  it('come of alarms that want a person, not of warnings and of what was there before', () => {
    expect(occasionsOfAlarms([alarm({})], 50)).toEqual([
      {
        id: 'alarm A c1',
        kind: 'late',
        title: 'TZ-1 暴露垃圾',
        place: '宋庄',
        caseId: 'c1',
        cameraId: null,
      },
    ])
    const none = [alarm({ kind: 'soon' }), alarm({ acknowledged: { at: 1, byName: '王' } }), alarm({ cases: [] })]
    expect(occasionsOfAlarms(none, 50)).toEqual([])
    expect(occasionsOfAlarms([alarm({})], 101)).toEqual([])
  })

  const notice = (changes: Partial<CameraNotice>): CameraNotice => ({
    ...{ id: 'n1', cameraId: 'k', kind: 'motion', topic: 'Motion', isActive: true, at: 100 },
    ...changes,
  })
  const cameras = new Map([['k', { id: 'k', name: '河道高空', place: '宋庄镇' } as CameraRow]])

  it('come of what known cameras notice, oldest first', () => {
    const notices = [notice({ id: 'n2', kind: 'tamper', at: 200 }), notice({})]
    expect(occasionsOfNotices(notices, cameras, 50).map(({ id, kind }) => [id, kind])).toEqual([
      ['notice n1', 'motion'],
      ['notice n2', 'tamper'],
    ])
    const none = [notice({ isActive: false }), notice({ kind: 'other' }), notice({ cameraId: 'x' }), notice({ at: 1 })]
    expect(occasionsOfNotices(none, cameras, 50)).toEqual([])
  })

  it('end when acknowledged, or when the camera says so', () => {
    const late = occasionsOfAlarms([alarm({})], 0)[0]!
    expect(hasEnded(late, [alarm({})], [])).toBe(false)
    expect(hasEnded(late, [alarm({ acknowledged: { at: 1, byName: '王' } })], [])).toBe(true)
    expect(hasEnded(late, [], [])).toBe(true)
    const motion = occasionsOfNotices([notice({})], cameras, 0)[0]!
    expect(hasEnded(motion, [], [notice({})])).toBe(false)
    expect(hasEnded(motion, [], [notice({ id: 'n2', isActive: false }), notice({})])).toBe(true)
    expect(hasEnded(occasion('case 1', 'case'), [], [])).toBe(false)
  })
})

describe('the nearest cameras', () => {
  const here = { longitude: 116.7, latitude: 39.9 }
  const at = (id: string, east: number, north: number) =>
    ({
      id,
      longitude: here.longitude + east / (111_320 * Math.cos((here.latitude * Math.PI) / 180)),
      latitude: here.latitude + north / 111_320,
    }) as CameraRow

  it('come nearest first, no more than there are tiles, none from far away', () => {
    const rows = [
      at('far', 0, 1_100),
      at('c', 300, 0),
      at('a', 0, 100),
      at('b', 0, -200),
      at('e', 0, 900),
      at('d', 0, 400),
    ]
    expect(nearestTo(here, rows).map(({ cameraId }) => cameraId)).toEqual(['a', 'b', 'c', 'd'])
    expect(mostNear).toBe(4)
    expect(nearestTo(here, [rows[0]!])).toEqual([])
  })

  it('say how far and which way', () => {
    const { metres, degrees } = wayTo(here, at('x', 300, 0))
    expect(metres).toBeCloseTo(300, 1)
    expect(degrees).toBeCloseTo(90, 3)
    const ways = [0, 22, 23, 90, 200, 270, 337, 338].map((way) => directionOf(way))
    expect(ways).toEqual(['north', 'north', 'north-east', 'east', 'south', 'west', 'north-west', 'north'])
  })
})
