/** An exported piece proves itself, and whatever is changed in it is found. */
import { createHash } from 'node:crypto'
import fc from 'fast-check'
import { unzipSync, zipSync } from 'fflate'
import { expect, test } from 'vitest'
import { chainAnchor, type TakenRecord, type VideoPiece } from '../../native/contract/video-evidence.ts'
import { storedForm } from '../../native/video-evidence/chain.ts'
import { worstBlock } from '../../renderer/desks/wall/evidence/compare-picture.ts'
import { checkZip, zipOf } from '../../renderer/desks/wall/evidence/evidence-zip.ts'
import { markedPart, secondsOf } from '../../renderer/desks/wall/evidence/replay.ts'
import { timeOf } from '../../renderer/desks/wall/evidence/sheet.ts'
import { takingWords } from '../../renderer/desks/wall/evidence/words.ts'
import type { WordTree } from '../../renderer/locales/words.ts'

const contentOf = (text: string) => new TextEncoder().encode(text.repeat(40))
const evidenceOf = (id: string, name: string, content: Uint8Array) => ({
  ...{ id, kind: 'photo' as const, name, bytes: content.length },
  sha256: createHash('sha256').update(content).digest('hex'),
})
const picture = contentOf('picture')
const coded = contentOf('coded pictures')

const record: TakenRecord = {
  ...{ version: 1, sequence: 1, previous: chainAnchor, at: 1_790_000_000_000, hubOffsetMs: 12, workstation: 'SZ-02' },
  ...{ subCenter: 'SZ', operator: { id: 'operator-1', name: '李值班', role: 'operator' }, kind: 'snapshot' },
  camera: { id: 'c1', name: '村口', deviceCode: '11011200001321000001', owner: 'land-bureau', place: '六合村' },
  ...{ profile: 'main', reason: null },
  pictures: {
    ...{
      from: 1_790_000_000_000,
      to: 1_790_000_000_000,
      shownBy: 'frame',
      codec: 'avc1.640016',
      width: 640,
      height: 360,
    },
    ...{ count: 9, cameraOffsetMs: -3, proof: 'pictures' },
  },
  file: evidenceOf('f1', '村口/1.png', picture),
  origin: evidenceOf('f2', '村口/1.png', coded),
}
const { hash } = storedForm(record)
const piece: VideoPiece = { record, hash, attached: null, expiresAt: null }
const knows = (sequence: number, asked: string) => Promise.resolve(sequence === 1 && asked === hash)

async function exported(changes: Partial<TakenRecord> = {}) {
  const whole = { ...piece, record: { ...record, ...changes } }
  const copy = { name: '村口.jpg', content: new Blob(['marked']) }
  const zip = await zipOf({ piece: whole, file: new Blob([picture]), origin: new Blob([coded]), copy, sheet: '说明' })
  return new Uint8Array(await zip.arrayBuffer())
}

test('as it was exported it is fine, at the workstation that wrote it and elsewhere', async () => {
  const zip = await exported()
  expect(await checkZip(zip, 'SZ-02', knows)).toMatchObject({ kind: 'fine' })
  expect(await checkZip(zip, 'SZ-03', knows)).toMatchObject({ kind: 'fineElsewhere' })
  expect(await checkZip(zip, 'SZ-02', () => Promise.resolve(false))).toEqual({ kind: 'record-unknown' })
})

test('any changed byte of its contents or its record is found', async () => {
  const files = unzipSync(await exported())
  const paths = Object.keys(files).filter((path) => /^原件|json$/.test(path))
  expect(paths).toHaveLength(3)
  await fc.assert(
    fc.asyncProperty(fc.constantFrom(...paths), fc.nat(), fc.integer({ min: 1, max: 255 }), async (path, where, by) => {
      const changed = Uint8Array.from(files[path]!)
      changed[where % changed.length]! ^= by
      const finding = await checkZip(zipSync({ ...files, [path]: changed }, { level: 0 }), 'SZ-02', knows)
      expect(finding.kind).toMatch(/^(content-changed|content-missing|record-changed|record-unknown|not-an-export)$/)
    }),
  )
})

test('a record that was written anew with a hash that fits is not the one this workstation wrote', async () => {
  const forged = { ...record, operator: { ...record.operator, name: '王值班' } }
  const files = unzipSync(await exported())
  const own = JSON.stringify([{ record: forged, hash: storedForm(forged).hash }])
  const zip = zipSync({ ...files, '取证记录.json': new TextEncoder().encode(own) }, { level: 0 })
  expect(await checkZip(zip, 'SZ-02', knows)).toEqual({ kind: 'record-unknown' })
})

test('a missing original and something else altogether are told apart', async () => {
  const files = unzipSync(await exported())
  const [first] = Object.keys(files)
  delete files[first!]
  expect(await checkZip(zipSync(files), 'SZ-02', knows)).toEqual({ kind: 'content-missing', name: '村口/1.png' })
  expect(await checkZip(zipSync({ a: new Uint8Array(3) }), 'SZ-02', knows)).toEqual({ kind: 'not-an-export' })
  expect(await checkZip(new Uint8Array(30), 'SZ-02', knows)).toEqual({ kind: 'not-an-export' })
})

test('times on paper say their zone', () => {
  expect(timeOf(Date.UTC(2026, 10, 23, 1, 2, 3, 4))).toMatch(/^2026-11-2\d \d\d:\d\d:03\.004 [+-]\d\d:\d\d$/)
})

test('a small forged part of a picture stands out, what decoders round differently does not', () => {
  const [width, height] = [100, 60]
  const sound = Uint8ClampedArray.from({ length: width * height * 4 }, (_, index) => (index * 31) % 256)
  const rounded = sound.map((value) => value + 2)
  expect(worstBlock(sound, rounded, width, height)).toBeLessThan(3)
  const forged = sound.slice()
  for (let y = 44; y < 56; y += 1)
    for (let x = 84; x < 96; x += 1) forged.fill(0, (y * width + x) * 4, (y * width + x) * 4 + 3)
  expect(worstBlock(sound, forged, width, height)).toBeGreaterThan(30)
})

test('the marked part of the last minute is what lies between the marks, or reaches to its end', () => {
  const span = { from: 1_000_000, to: 1_060_000 }
  expect(markedPart(span, 60, { in: null, out: null })).toEqual(span)
  expect(markedPart(span, 60, { in: 10, out: 25 })).toEqual({ from: 1_010_000, to: 1_025_000 })
  // A mark for the end that lies before the beginning is of an earlier thought.
  expect(markedPart(span, 60, { in: 30, out: 25 })).toEqual({ from: 1_030_000, to: 1_060_000 })
  expect(secondsOf({ from: 0, to: 200 })).toBe(1)
})

test('every word is there in both languages', () => {
  const leaves = (tree: WordTree | string, path = ''): string[] =>
    typeof tree === 'string' ? [path] : Object.entries(tree).flatMap(([name, part]) => leaves(part, `${path}.${name}`))
  expect(leaves(takingWords.en)).toEqual(leaves(takingWords['zh-CN']))
})
