/** What could not be sent travels in one sealed file: each step arrives once, whoever sends it and however often it is imported. */
import { readdirSync, writeFileSync } from 'node:fs'
import { open, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { randomBytes } from 'node:crypto'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { NewCase } from '../../native/contract/case.ts'
import { frameBytes, headerBytes, readSealed, writeSealed } from '../../native/sync/sealed-stream.ts'
import { drawPhoto } from '../district/evidence/sample-files.ts'
import { createRandom } from '../district/random.ts'
import { stateOf } from './duty-console.ts'
import { sampleInput, temporaryFolder } from './support.ts'
import { type Desk, exportOf, importInto, openDesk, openDistrict } from './sync-parts.ts'

const phrase = '断网以后用的口令'
const remark = sampleInput({ remark: '电话核实属实' })
const assignee = { kind: 'station' as const, id: '110112104201', name: '小堡村网格工作站' }

const called: NewCase = {
  ...{ classCode: 'S0101', urgency: 'normal', description: '路口积水', place: '小堡村北口' },
  ...{ longitude: 116.71, latitude: 39.95, gridCode: '' },
  reporter: { name: '王小明', phone: '13800000001', account: '' },
}

async function addPhoto(desk: Desk, bytes: Buffer) {
  const { id } = await desk.client.evidence.begin({ name: 'photo.jpg', bytes: bytes.length })
  await desk.client.evidence.append({ id, offset: 0, data: bytes.toString('base64') })
  return (await desk.client.evidence.finish({ id })).evidence
}

describe('two workstations and the hub', () => {
  test(
    'both send the same steps, a case taken down off-line among them, and the hub has each once',
    { timeout: 60_000 },
    async () => {
      const district = await openDistrict()
      const known = district.reportFromField()
      const first = await openDesk(district)
      const second = await openDesk(district, district.configFileOf(1))
      await first.file(known.id)
      await second.file(known.id)
      await district.stopHub()

      const photo = await addPhoto(first, drawPhoto(createRandom(1, 'photo')))
      await first.client.cases.step({ caseId: known.id, kind: 'accept', input: { ...remark, evidence: [photo] } })
      const { caseId } = await first.client.cases.report(called)
      await first.client.cases.step({ caseId, kind: 'accept', input: remark })
      await first.client.cases.step({ caseId, kind: 'file', input: remark })
      await first.client.cases.step({ caseId, kind: 'dispatch', input: { ...remark, assignee } })
      // A step of the second workstation's own takes its first number.
      await second.client.cases.step({ caseId: known.id, kind: 'remark', input: remark })

      const file = await exportOf(first, phrase)
      expect(await importInto(second, file, phrase)).toMatchObject({
        taken: 5,
        known: 0,
        evidence: 1,
        from: district.workstation.code,
      })
      expect(await importInto(second, file, phrase)).toMatchObject({ taken: 0, known: 5, evidence: 0 })
      expect(await importInto(first, file, phrase)).toMatchObject({ taken: 0, known: 5, evidence: 0 })
      const shown = await second.file(caseId)
      expect(shown).toMatchObject({ state: 'dispatched', number: expect.stringMatching(/^暂/) })

      await district.startHub()
      for (const desk of [first, second]) {
        await desk.sync(({ unsentTotal, conflicts }) => unsentTotal === 0 && conflicts.length === 0)
        await desk.file(caseId, ({ number, state }) => !number.startsWith('暂') && state === 'dispatched')
        // The line goes on: a step that is new still gets through from each.
        await desk.client.cases.step({ caseId, kind: 'remark', input: remark })
        await desk.sync(({ unsentTotal }) => unsentTotal === 0)
      }
      expect(await importInto(second, file, phrase)).toMatchObject({ taken: 0, known: 5 })
      // The photo was sent by both, and arrived whole.
      for (const desk of [first, second])
        await stateOf(
          (signal) => desk.client.evidence.transfers(undefined, { signal }),
          (transfers) => transfers.length === 0,
        )
      const steps = district.hub.present.findCase(district.subCenter, caseId)?.steps.map(({ kind }) => kind)
      expect(steps).toEqual(['report', 'accept', 'file', 'dispatch', 'remark', 'remark'])
      const other = district.hub.present.findCase(district.subCenter, known.id)?.steps.map(({ kind }) => kind)
      expect(other?.filter((kind) => kind === 'accept')).toHaveLength(1)
    },
  )

  test(
    'what has moved on becomes a conflict like any other, with what happened meanwhile',
    { timeout: 60_000 },
    async () => {
      const district = await openDistrict()
      const known = district.reportFromField()
      const first = await openDesk(district)
      const second = await openDesk(district, district.configFileOf(1))
      await first.file(known.id)
      await second.file(known.id)
      await district.stopHub()
      await first.client.cases.step({ caseId: known.id, kind: 'accept', input: remark })
      const file = await exportOf(first, phrase)
      await first.workstation.close()
      await district.startHub()
      await second.client.cases.step({ caseId: known.id, kind: 'reject', input: { ...remark, remark: '不属于本辖区' } })
      await second.sync(({ unsentTotal }) => unsentTotal === 0)
      await second.file(known.id, ({ state, pendingSteps }) => state === 'rejected' && pendingSteps.length === 0)
      expect(await importInto(second, file, phrase)).toMatchObject({ taken: 1 })
      const { conflicts } = await second.sync(({ conflicts }) => conflicts.length === 1 && !conflicts[0]?.isOpen)
      expect(conflicts[0]).toMatchObject({
        kind: 'accept',
        input: remark,
        again: null,
        meanwhile: [{ kind: 'reject' }],
      })
    },
  )

  test('a file that cannot be read here does not keep the rest from leaving', { timeout: 60_000 }, async () => {
    const district = await openDistrict()
    const folder = temporaryFolder()
    const known = district.reportFromField()
    const desk = await openDesk(district, district.configFile, 'operator', folder)
    await desk.file(known.id)
    await district.stopHub()
    const photos = [1, 2].map((number) => drawPhoto(createRandom(number, 'photo')))
    const evidence = [await addPhoto(desk, photos[0] as Buffer), await addPhoto(desk, photos[1] as Buffer)]
    await desk.client.cases.step({ caseId: known.id, kind: 'accept', input: { ...remark, evidence } })
    const [spoiled] = readdirSync(join(folder, 'evidence'))
    writeFileSync(join(folder, 'evidence', spoiled ?? ''), 'not what was sealed')
    const { id, unreadable, operations } = await desk.client.sync.exportUnsent({ passPhrase: phrase })
    expect([unreadable, operations]).toEqual([1, 1])
    await desk.client.sync.closeExport({ id })
    const file = await exportOf(desk, phrase)
    await district.startHub()
    const other = await openDesk(district, district.configFileOf(1))
    await district.stopHub()
    // The first one may have sent its step in between: then it is known here; the file that could be read comes all the same.
    const { taken, known: before, evidence: arrived } = await importInto(other, file, phrase)
    expect(taken + before).toBe(1)
    expect(arrived).toBe(1)
  })

  test(
    'a wrong pass phrase, another sub-center, a cut or changed file and one that is none take nothing',
    { timeout: 60_000 },
    async () => {
      const district = await openDistrict()
      const desk = await openDesk(district)
      await district.stopHub()
      await desk.client.cases.report(called)
      const file = await exportOf(desk, phrase)
      const changed = Buffer.from(file)
      changed[file.length - 20] = (changed[file.length - 20] ?? 0) ^ 1
      const refused = (content: Buffer, words: string) =>
        importInto(desk, content, words).catch((error: { code: string; data: { reason: string } }) => error)
      expect(await refused(file, '另外一个的口令啊')).toMatchObject({
        code: 'invalid',
        data: { reason: 'pass-phrase' },
      })
      expect(await refused(file.subarray(0, -1), phrase)).toMatchObject({ data: { reason: 'export-damaged' } })
      expect(await refused(changed, phrase)).toMatchObject({ data: { reason: 'export-damaged' } })
      expect(await refused(randomBytes(500), phrase)).toMatchObject({ data: { reason: 'not-an-export' } })
      expect(await refused(Buffer.alloc(0), phrase)).toMatchObject({ code: 'invalid' })

      const elsewhere = await openDesk(await openDistrict({ subCenter: '110112105' }))
      const other = importInto(elsewhere, file, phrase)
      await expect(other).rejects.toMatchObject({ code: 'invalid', data: { reason: 'other-sub-center' } })
      for (const one of [desk, elsewhere]) {
        const { unsent } = await one.sync(() => true)
        expect(unsent).toHaveLength(one === desk ? 1 : 0)
      }
    },
  )
})

describe('the sealed stream', () => {
  async function* inPieces(content: Buffer, size: number) {
    for (let at = 0; at < content.length; at += size) yield content.subarray(at, at + size)
  }
  async function seal(content: Buffer, size: number): Promise<{ path: string; sealed: Buffer }> {
    const path = join(temporaryFolder(), 'sealed')
    const file = await open(path, 'w+')
    await writeSealed(file, phrase, inPieces(content, size))
    const { size: bytes } = await file.stat()
    const sealed = Buffer.alloc(bytes)
    await file.read(sealed, 0, bytes, 0)
    await file.close()
    return { path, sealed }
  }
  async function unseal(path: string): Promise<Buffer> {
    const file = await open(path, 'r')
    try {
      const frames: Buffer[] = []
      for await (const frame of readSealed(file, phrase)) frames.push(frame)
      return Buffer.concat(frames)
    } finally {
      await file.close()
    }
  }
  const sizes = [0, 1, frameBytes - 1, frameBytes, frameBytes + 1, 3 * frameBytes, 3 * frameBytes + 7]

  test.each(sizes)('gives back %i bytes', { timeout: 20_000 }, async (size) => {
    const content = randomBytes(size)
    const { path } = await seal(content, 10_000)
    expect((await unseal(path)).equals(content)).toBe(true)
  })

  test('finds every changed byte, every cut and frames in another order', { timeout: 60_000 }, async () => {
    const { path, sealed } = await seal(randomBytes(3 * frameBytes + 7), frameBytes)
    const whole = frameBytes + 16
    const damage = fc.oneof(
      fc.nat(sealed.length - 1).map((at) => {
        const changed = Buffer.from(sealed)
        changed[at] = (changed[at] ?? 0) ^ 1
        return changed
      }),
      fc.nat(sealed.length - 1).map((length) => sealed.subarray(0, length)),
      // At the border of a frame too.
      fc.integer({ min: 0, max: 3 }).map((frames) => sealed.subarray(0, headerBytes + frames * whole)),
      fc.constant(
        Buffer.concat([
          sealed.subarray(0, headerBytes),
          sealed.subarray(headerBytes + whole, headerBytes + 2 * whole),
          sealed.subarray(headerBytes, headerBytes + whole),
          sealed.subarray(headerBytes + 2 * whole),
        ]),
      ),
    )
    await fc.assert(
      fc.asyncProperty(damage, async (content) => {
        await writeFile(path, content)
        await expect(unseal(path)).rejects.toMatchObject({ code: 'invalid' })
      }),
      { numRuns: 20 },
    )
  })
})
