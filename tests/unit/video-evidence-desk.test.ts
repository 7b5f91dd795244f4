import { createHash } from 'node:crypto'
import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { createAudit } from '../../native/access/audit.ts'
import { createCaseParts } from '../../native/cases/case-parts.ts'
import { createOwnSteps } from '../../native/cases/own-steps.ts'
import type { Camera } from '../../native/contract/camera.ts'
import type { SnapshotRequest } from '../../native/contract/video-evidence.ts'
import { createCameraRegistry } from '../../native/cameras/camera-registry.ts'
import { createFeedStore } from '../../native/hub/feed-store.ts'
import type { Recent } from '../../native/media/recent-clip.ts'
import { remuxClip } from '../../native/media/mp4-fragments.ts'
import { createSealedFiles, newSealKey } from '../../native/evidence/sealed-files.ts'
import { createVideoEvidence } from '../../native/video-evidence/video-evidence.ts'
import { drawPhoto } from '../district/evidence/sample-files.ts'
import { createRandom } from '../district/random.ts'
import { hastyClock, openDesk, openHub, operator } from './evidence-parts.ts'
import { eventually, sampleHead, sampleStep } from './support.ts'

const cameras = new Map(
  (['public-security', 'land-bureau'] as const).map((owner): [string, Camera] => [
    owner,
    {
      ...{ id: owner, deviceCode: '11011200001321000001', owner, name: '六合村口', place: '六合村', longitude: 116.7 },
      ...{ latitude: 39.9, gridCode: '', steerable: false, credentials: null, version: 1 },
      source: { kind: 'rtsp', mainUrl: 'rtsp://camera/main', subUrl: null },
    },
  ]),
)
const format = { codec: 'avc1.42c01e', width: 640, height: 360 }
/** A key frame of H.264: parameter sets and a slice, enough for a film. */
const keyFrame = Buffer.from(
  '0000000167' + '42c01ed901e0089f970110000003001000000303c0f1832480' + '0000000168cb83cb20' + '00000001658884',
  'hex',
)

async function setUp(head = sampleHead()) {
  const hub = await openHub()
  const clock = hastyClock()
  const files = openDesk(hub, { clock })
  const { database } = files
  const parts = createCaseParts(database)
  const feed = createFeedStore(database, parts.store, createCameraRegistry(database), () => 'client-1')
  const put = { kind: 'case' as const, case: head, steps: [sampleStep({ id: 'step-1', caseId: 'case-1' })] }
  feed.applyChanges('epoch-1', [{ seq: 1, at: clock.now(), put }], clock.now())
  const recordAudit = createAudit(database, clock)
  const receivedAt = clock.now() - 100
  const unit = { key: true, timestamp: 0, receivedAt, data: keyFrame, format, cameraOffsetMs: 7 }
  const film = Buffer.concat([...remuxClip([unit])])
  const recent = (watchId: string, from: number, to: number): Promise<Recent> => {
    const isOfThen = from <= receivedAt + 500 && to >= receivedAt
    if (watchId === 'public-security')
      return Promise.resolve({
        outcome: 'forbidden',
        received: isOfThen ? [receivedAt] : [],
        format,
        cameraOffsetMs: 7,
      })
    if (!isOfThen) return Promise.resolve({ outcome: 'nothing' })
    const file = new Uint8Array(film)
    const span = { from: receivedAt, to: receivedAt, pictures: 1, format, cameraOffsetMs: 7 }
    return Promise.resolve({ outcome: 'clip', file, ...span })
  }
  const desk = createVideoEvidence({
    ...{ database, recordAudit, recent, clock, workstation: 'SZ-02', hubNow: () => clock.now() + 250 },
    watches: {
      cameraOf: (id) =>
        cameras.has(id) ? { cameraId: id, profile: 'main', operatorId: operator.id, reason: null } : null,
    },
    findCamera: (id) => cameras.get(id) ?? null,
    evidence: files.desk,
    ownSteps: createOwnSteps({
      ...{ database, store: parts.store, queries: parts.queries, terms: parts.terms, recordAudit, clock },
      ...{ newId: () => crypto.randomUUID(), hubNow: clock.now, taken: () => undefined },
    }),
    findCase: parts.queries.head,
  })
  let drawn = 0
  async function handOver() {
    const content = drawPhoto(createRandom((drawn += 1), 'picture'))
    const { id } = await files.desk.intake.begin({ name: '六合村口.png', bytes: content.length })
    await files.desk.intake.append(id, 0, content)
    return (await files.desk.intake.finish(id)).evidence
  }
  const snapshot = async (changes: Partial<SnapshotRequest> = {}) => {
    const { id } = await handOver()
    return desk.snapshot(operator, {
      ...{ watchId: 'land-bureau', evidenceId: id, receivedAt, shownBy: 'frame', width: 640, height: 360 },
      ...{ reason: null, caseId: null, ...changes },
    })
  }
  const steps = () => parts.queries.file('case-1', 'operator')?.steps ?? []
  const fileOf = (id: string) => join(files.folder, 'evidence', createHash('sha256').update(id).digest('hex'))
  return { ...files, files, desk, clock, snapshot, handOver, steps, fileOf, receivedAt, database }
}

describe('a snapshot', () => {
  test('keeps with it the coded pictures it comes from, both clocks, and its place in the chain', async () => {
    const { desk, snapshot, receivedAt, audit } = await setUp()
    const first = await snapshot()
    const second = await snapshot()
    expect(first.record).toMatchObject({
      ...{ sequence: 1, kind: 'snapshot', hubOffsetMs: 250, workstation: 'SZ-02', operator: { name: '李值班' } },
      pictures: { from: receivedAt, to: receivedAt, codec: format.codec, cameraOffsetMs: 7, proof: 'pictures' },
    })
    expect(first.record.origin?.name).toContain('原始码流')
    expect(second.record.previous).toBe(first.hash)
    expect(audit()).toContainEqual({
      ...{ operator_id: operator.id, action: 'video-evidence.snapshot', subject: `2:${second.hash}` },
    })
    expect(await desk.verify(operator, null)).toEqual({ records: 2, contents: 4, elsewhere: 0, problems: [] })
  })

  test('of a moment at which nothing was received is refused and recorded nowhere', async () => {
    const { desk, snapshot, receivedAt } = await setUp()
    await expect(snapshot({ receivedAt: receivedAt + 5_000 })).rejects.toMatchObject({ reason: 'picture-unknown' })
    expect(desk.state()).toEqual({ pieces: [], records: 0 })
  })

  test('by a watch of somebody else, or of a picture that is evidence already, is refused', async () => {
    const { desk, handOver, snapshot, receivedAt } = await setUp()
    const { id } = await handOver()
    const { record } = await snapshot()
    const request = { watchId: 'land-bureau', receivedAt, shownBy: 'frame', width: 1, height: 1, reason: null } as const
    const stranger = { ...operator, id: 'operator-2' }
    await expect(desk.snapshot(stranger, { ...request, evidenceId: id, caseId: null })).rejects.toMatchObject({
      code: 'not-found',
    })
    await expect(
      desk.snapshot(operator, { ...request, evidenceId: record.file.id, caseId: null }),
    ).rejects.toMatchObject({ code: 'conflict' })
  })

  test('of a public-security camera needs a case and a reason, and keeps no coded pictures', async () => {
    const { desk, snapshot, steps, receivedAt } = await setUp()
    const police = { watchId: 'public-security' }
    for (const lacking of [{}, { reason: '核实占道' }, { caseId: 'case-1' }])
      await expect(snapshot({ ...police, ...lacking })).rejects.toMatchObject({ reason: 'snapshot-for-a-case' })
    const why = { reason: '核实占道', caseId: 'case-1' }
    await expect(snapshot({ ...police, ...why, receivedAt: receivedAt + 5_000 })).rejects.toMatchObject({
      reason: 'picture-unknown',
    })
    const { record, attached, hash } = await snapshot({ ...police, reason: '核实占道', caseId: 'case-1' })
    expect(record).toMatchObject({ reason: '核实占道', origin: null, pictures: { proof: 'times', count: null } })
    expect(attached?.record).toMatchObject({ caseId: 'case-1', pieces: [record.sequence] })
    expect(steps().at(-1)).toMatchObject({ kind: 'remark', evidence: [record.file] })
    expect(steps().at(-1)?.remark).toContain(hash)
    await expect(desk.clip(operator, { watchId: 'public-security', from: 0, to: 1 })).rejects.toMatchObject({
      reason: 'nothing-kept',
    })
  })
})

describe('a piece without a case', () => {
  test.each(['check-pass', 'check-fail'] as const)('is what a check by video goes by: %s', async (step) => {
    const { desk, snapshot, steps } = await setUp(sampleHead({ state: 'resolved' }))
    const { record } = await snapshot()
    desk.attach(operator, { pieces: [record.sequence], caseId: 'case-1', remark: '视频核查', step })
    expect(steps().at(-1)).toMatchObject({ kind: step, evidence: [{ id: record.file.id }, { id: record.origin?.id }] })

    const police = await setUp(sampleHead({ state: 'resolved' }))
    const taken = { watchId: 'public-security', reason: '视频核查', caseId: 'case-1', step }
    const { record: seen, attached } = await police.snapshot(taken)
    expect(attached?.record).toMatchObject({ pieces: [seen.sequence] })
    expect(police.steps().at(-1)).toMatchObject({ kind: step, evidence: [{ id: seen.file.id }] })
  })

  test('is attached once, by a remark with the picture and its coded pictures', async () => {
    const { desk, snapshot, steps } = await setUp()
    const { record, expiresAt } = await snapshot()
    expect(expiresAt).toBe(record.at + 86_400_000)
    desk.attach(operator, { pieces: [record.sequence], caseId: 'case-1', remark: '北口堆物' })
    expect(steps().at(-1)).toMatchObject({ kind: 'remark', evidence: [record.file, record.origin] })
    expect(steps().at(-1)?.remark).toMatch(/^北口堆物\n取证记录 1 · SHA-256 [0-9a-f]{64}$/)
    expect(desk.state().pieces[0]).toMatchObject({
      expiresAt: null,
      attached: { record: { caseNumber: sampleHead().number } },
    })
    expect(() => desk.attach(operator, { pieces: [record.sequence], caseId: 'case-1', remark: '' })).toThrow(
      expect.objectContaining({ reason: 'attached-already' }),
    )
    expect(await desk.verify(operator, record.sequence)).toMatchObject({ contents: 2, problems: [] })
  })

  test('goes after a day; its record stays', async () => {
    const { desk, clock, snapshot, fileOf } = await setUp()
    const { record } = await snapshot()
    for (let hours = 0; hours < 24; hours += 1) for (let part = 0; part < 144; part += 1) await clock.sleep(25_000)
    expect(desk.state()).toEqual({ pieces: [], records: 1 })
    await eventually(() => !existsSync(fileOf(record.file.id)) && !existsSync(fileOf(record.origin!.id)))
    expect(await desk.verify(operator, null)).toEqual({ records: 1, contents: 0, elsewhere: 2, problems: [] })
  })
})

test('a clip is cut by native itself and recorded', async () => {
  const { desk, receivedAt } = await setUp()
  const { record } = await desk.clip(operator, { watchId: 'land-bureau', from: receivedAt, to: receivedAt + 100 })
  expect(record).toMatchObject({ kind: 'clip', file: { kind: 'video' }, pictures: { count: 1, proof: 'pictures' } })
})

describe('verification', () => {
  test('finds any changed byte of a sealed file, and which piece it belongs to', async () => {
    const { desk, snapshot, fileOf } = await setUp()
    const pieces = [await snapshot(), await snapshot()]
    const contents = pieces.flatMap(({ record }) => [record.file, record.origin!].map((file) => ({ file, record })))
    await fc.assert(
      fc.asyncProperty(fc.nat(), fc.nat(), fc.integer({ min: 1, max: 255 }), async (which, where, change) => {
        const { file, record } = contents[which % contents.length]!
        const path = fileOf(file.id)
        const sound = readFileSync(path)
        const broken = Buffer.from(sound)
        broken[where % broken.length]! ^= change
        writeFileSync(path, broken)
        const { problems } = await desk.verify(operator, null)
        writeFileSync(path, sound)
        expect(problems).toEqual([{ sequence: record.sequence, kind: 'content-changed' }])
      }),
      { numRuns: 40 },
    )
  })

  test('finds a checksum in the register that was changed together with the file’s key, and a file that is gone', async () => {
    const { desk, snapshot, database } = await setUp()
    const { record } = await snapshot()
    const other = await snapshot()
    database
      .prepare('UPDATE evidence_files SET key = (SELECT key FROM evidence_files WHERE id = ?) WHERE id = ?')
      .run(other.record.file.id, record.file.id)
    expect((await desk.verify(operator, null)).problems).toEqual([{ sequence: 1, kind: 'content-changed' }])
    database.prepare('DELETE FROM evidence_files WHERE id = ?').run(other.record.origin!.id)
    expect((await desk.verify(operator, null)).problems).toContainEqual({ sequence: 2, kind: 'content-missing' })
  })

  test('finds a content of the same length that was sealed properly in place of the first', async () => {
    const { desk, snapshot, database, folder } = await setUp()
    const { record } = await snapshot()
    const key = newSealKey()
    const writer = await createSealedFiles({ folder: join(folder, 'evidence') }).create(record.file.id, key)
    await writer.write(Buffer.alloc(record.file.bytes, 7))
    const { sha256 } = await writer.end()
    database.prepare('UPDATE evidence_files SET key = ?, sha256 = ? WHERE id = ?').run(key, sha256, record.file.id)
    expect((await desk.verify(operator, null)).problems).toEqual([{ sequence: 1, kind: 'content-changed' }])
    expect((await desk.verify(operator, 1)).problems).toEqual([{ sequence: 1, kind: 'content-changed' }])
  })

  test('finds a record changed in the database, one taken out, and a cut end', async () => {
    const { desk, snapshot, database } = await setUp()
    for (let count = 0; count < 3; count += 1) await snapshot()
    const change = (sql: string) => {
      database.exec('SAVEPOINT tampering')
      database.exec(sql)
    }
    const undo = () => database.exec('ROLLBACK TO tampering; RELEASE tampering')
    const problems = async () => (await desk.verify(operator, null)).problems
    change(`UPDATE video_records SET body = replace(body, '李值班', '王值班') WHERE sequence = 2`)
    expect(await problems()).toContainEqual({ sequence: 2, kind: 'record-changed' })
    undo()
    change('DELETE FROM video_records WHERE sequence = 2')
    expect(await problems()).toContainEqual({ sequence: 3, kind: 'record-missing' })
    undo()
    change('DELETE FROM video_records WHERE sequence = 3')
    expect(await problems()).toEqual([{ sequence: 3, kind: 'end-missing' }])
    undo()
    expect(await problems()).toEqual([])
  })
})
