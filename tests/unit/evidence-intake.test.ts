/** Files handed over by the page: what is refused, in which words, and that nothing is left of it. */
import { open } from 'node:fs/promises'
import { readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { mostEvidenceBytes } from '../../native/contract/evidence.ts'
import { type ContentType, fittingName } from '../../native/evidence/content-type.ts'
import { createSealedFiles, newSealKey } from '../../native/evidence/sealed-files.ts'
import { handOver, openDesk, openHub, operator, pngOf, readAll, sha256 } from './evidence-parts.ts'
import { temporaryFolder } from './support.ts'

const filesOf = (folder: string) => readdirSync(join(folder, 'evidence'))

describe('the border', () => {
  test('an empty file and one of 500 MB are refused before a byte moves', async () => {
    const desk = openDesk(await openHub())
    const begin = (bytes: number) => desk.desk.intake.begin({ name: 'x.png', bytes })
    await expect(begin(0)).rejects.toMatchObject({ code: 'invalid', reason: 'evidence-empty' })
    await expect(begin(500 * 1024 * 1024)).rejects.toMatchObject({ code: 'invalid', reason: 'evidence-too-large' })
    await expect(begin(mostEvidenceBytes + 1)).rejects.toMatchObject({ reason: 'evidence-too-large' })
    expect(filesOf(desk.folder)).toEqual([])
  })

  test('more than was announced, less than was announced, and a piece out of turn are refused', async () => {
    const desk = openDesk(await openHub())
    const { intake } = desk.desk
    const { id } = await intake.begin({ name: 'a.png', bytes: 100 })
    await expect(intake.append(id, 0, pngOf(101))).rejects.toMatchObject({ code: 'invalid' })
    const second = await intake.begin({ name: 'a.png', bytes: 100 })
    await intake.append(second.id, 0, pngOf(60))
    await expect(intake.append(second.id, 10, pngOf(45))).rejects.toMatchObject({ code: 'conflict' })
    const third = await intake.begin({ name: 'a.png', bytes: 100 })
    await intake.append(third.id, 0, pngOf(60))
    await expect(intake.finish(third.id)).rejects.toMatchObject({ code: 'invalid' })
    await expect(intake.finish(third.id)).rejects.toMatchObject({ code: 'not-found' })
    expect(filesOf(desk.folder)).toEqual([])
  })

  test('what is no photo, recording, film or PDF is refused whatever it is called', async () => {
    const desk = openDesk(await openHub())
    for (const content of [
      Buffer.from('MZ\x90\0'.repeat(2000)),
      Buffer.from('<script>alert(1)</script>'),
      Buffer.alloc(9),
    ])
      await expect(handOver(desk, '现场.jpg', content)).rejects.toMatchObject({ reason: 'evidence-type' })
    expect(filesOf(desk.folder)).toEqual([])
  })

  test('a mislabelled file gets the ending of its content, and the page hears of it', async () => {
    const desk = openDesk(await openHub())
    const wrong = await handOver(desk, '现场.jpg', pngOf(5000))
    expect(wrong).toMatchObject({ isRenamed: true, evidence: { name: '现场.png', kind: 'photo', bytes: 5000 } })
    expect(await handOver(desk, '现场.PNG', pngOf(5000))).toMatchObject({ isRenamed: false })
    const long = await handOver(desk, `${'𠮷'.repeat(120)}.png`, pngOf(50))
    expect(long.evidence.name).toMatch(/^𠮷+\.png$/u)
    expect(long.evidence.name.length).toBeLessThanOrEqual(200)
    expect((await handOver(desk, 'a\u202egnp/..\\b', pngOf(50))).evidence.name).toBe('a_gnp_.._b.png')
  })

  test('whatever a file is called, its name stays short, plain and with the ending of its content', () => {
    const png: ContentType = { kind: 'photo', type: 'image/png', endings: ['png'] }
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 400 }), (given) => {
        const name = fittingName(given, png)
        expect(name.length).toBeLessThanOrEqual(200)
        expect(name).toMatch(/\.png$/i)
        expect(name).not.toMatch(/[\p{Cc}/\\\u202e]/u)
        expect(fittingName(name, png)).toBe(name)
      }),
    )
  })

  test('a file given up while a piece is being written leaves nothing', async () => {
    const desk = openDesk(await openHub())
    const { id } = await desk.desk.intake.begin({ name: 'a.png', bytes: 600_000 })
    const writing = desk.desk.intake.append(id, 0, pngOf(500_000))
    const given = desk.desk.intake.discard(id)
    await Promise.allSettled([writing, given])
    await expect(desk.desk.intake.append(id, 500_000, pngOf(100_000))).rejects.toMatchObject({ code: 'not-found' })
    expect(filesOf(desk.folder)).toEqual([])
  })

  test('a full disk is said plainly and leaves no partial file', async () => {
    const folder = join(temporaryFolder(), 'evidence')
    // The kernel's own full disk: every write to it ends with ENOSPC.
    const desk = openDesk(await openHub(), { sealed: { folder, open: () => open('/dev/full', 'w') } })
    await expect(handOver(desk, 'a.png', pngOf(600_000))).rejects.toMatchObject({
      code: 'internal',
      reason: 'storage-full',
    })
    expect(readdirSync(folder)).toEqual([])
    expect(desk.database.prepare('SELECT count(*) FROM evidence_files').pluck().get()).toBe(0)
  })

  test('a step may refer only to what was taken here, as it was taken', async () => {
    const desk = openDesk(await openHub())
    const { evidence } = await handOver(desk, 'a.png', pngOf(5000))
    const act = () => expect.fail('the step was taken')
    const refer = (piece: typeof evidence) => () => desk.desk.withStep('case-1', [piece], act)
    expect(refer({ ...evidence, id: 'other' })).toThrow('not here')
    expect(refer({ ...evidence, sha256: '0'.repeat(64) })).toThrow('not here')
    expect(() =>
      desk.desk.withStep('case-1', [evidence], () => {
        throw new Error('refused')
      }),
    ).toThrow('refused')
    expect(desk.stateOf(evidence.id)).toMatchObject({ state: 'draft' })
    await desk.desk.intake.discard(evidence.id)
    expect(filesOf(desk.folder)).toEqual([])
  })
})

describe('at rest', () => {
  test('what lies on the disk is not the content; reading it back is, and is recorded', async () => {
    const desk = openDesk(await openHub())
    const content = Buffer.concat([pngOf(700_000), Buffer.from('王小明 13812345678')])
    const { evidence } = await handOver(desk, 'a.png', content, 99_999)
    expect(evidence.sha256).toBe(sha256(content))
    const [name = ''] = filesOf(desk.folder)
    const onDisk = readFileSync(join(desk.folder, 'evidence', name))
    expect(onDisk.includes('13812345678')).toBe(false)
    expect(onDisk.includes(content.subarray(100, 132))).toBe(false)
    expect(await readAll(desk, 'case-1', evidence)).toEqual(content)
    expect(desk.audit()).toEqual([
      { operator_id: operator.id, action: 'evidence.viewed', subject: `case-1/${evidence.id}` },
    ])
  })

  test('one flipped bit anywhere, or a file cut short, is never read as good', async () => {
    const folder = temporaryFolder()
    const files = createSealedFiles({ folder })
    const key = newSealKey()
    const writer = await files.create('a', key)
    const content = pngOf(300_000)
    await writer.write(content)
    const { bytes } = await writer.end()
    const path = join(folder, readdirSync(folder)[0] ?? '')
    const good = readFileSync(path)
    await fc.assert(
      fc.asyncProperty(fc.nat(good.length * 8 - 1), async (bit) => {
        const spoiled = Buffer.from(good)
        spoiled[bit >> 3]! ^= 1 << (bit & 7)
        writeFileSync(path, spoiled)
        await expect(files.read({ id: 'a', key, bytes }, 0, bytes)).rejects.toThrow('was changed')
      }),
      { numRuns: 25 },
    )
    writeFileSync(path, good.subarray(0, -20))
    await expect(files.read({ id: 'a', key, bytes }, 0, bytes)).rejects.toThrow('cut short')
  })

  test('any stretch read is the stretch written, however it came', async () => {
    const files = createSealedFiles({ folder: temporaryFolder() })
    const arbitrary = fc.record({
      size: fc.integer({ min: 1, max: 800_000 }),
      piece: fc.integer({ min: 1_000, max: 300_000 }),
    })
    await fc.assert(
      fc.asyncProperty(arbitrary, fc.nat(), fc.nat(600_000), async ({ size, piece }, from, length) => {
        const content = pngOf(size)
        const key = newSealKey()
        const writer = await files.create('a', key)
        for (let at = 0; at < content.length; at += piece) await writer.write(content.subarray(at, at + piece))
        const { bytes } = await writer.end()
        const offset = from % (bytes + 1)
        expect(await files.read({ id: 'a', key, bytes }, offset, length)).toEqual(
          content.subarray(offset, offset + length),
        )
      }),
      { numRuns: 20 },
    )
  })

  test('drafts of yesterday and files without a key go at the next start', async () => {
    const hub = await openHub()
    const desk = openDesk(hub)
    const { evidence } = await handOver(desk, 'a.png', pngOf(5000))
    const kept = await handOver(desk, 'b.png', pngOf(5000))
    desk.desk.withStep('case-1', [kept.evidence], () => undefined)
    await desk.desk.intake.begin({ name: 'half.png', bytes: 5000 })
    desk.database.prepare('UPDATE evidence_files SET made_at = made_at - 90000000').run()
    writeFileSync(join(desk.folder, 'evidence', 'stray'), 'x')
    await desk.close()
    const again = openDesk(hub, { folder: desk.folder })
    expect(again.stateOf(evidence.id)).toBeUndefined()
    expect(again.stateOf(kept.evidence.id)).toMatchObject({ state: 'waiting' })
    expect(filesOf(desk.folder)).toHaveLength(1)
  })
})
