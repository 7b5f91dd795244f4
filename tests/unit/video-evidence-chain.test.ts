import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { canonicalJson } from '../../native/contract/canonical-json.ts'
import { chainAnchor, type TakenRecord, type VideoRecord } from '../../native/contract/video-evidence.ts'
import { checkChain, readRecord, storedForm, type StoredRecord } from '../../native/video-evidence/chain.ts'

const file = (sequence: number) => ({
  ...{ id: `file-${sequence}`, kind: 'photo', name: `${sequence}.png`, bytes: 100 + sequence },
  sha256: String(sequence).padStart(64, '0'),
})

const taken = (sequence: number, previous: string, at: number, name: string): TakenRecord => ({
  ...{ version: 1, sequence, previous, at, hubOffsetMs: 12, workstation: 'SZ-02', subCenter: 'SZ' },
  operator: { id: 'operator-1', name: '李值班', role: 'operator' },
  kind: 'snapshot',
  camera: { id: 'c1', name, deviceCode: '11011200001321000001', owner: 'land-bureau', place: '宋庄村北口' },
  ...{ profile: 'main', reason: null },
  pictures: {
    ...{ from: at - 40, to: at - 40, shownBy: 'frame', codec: 'avc1.640016', width: 640, height: 360, count: 9 },
    ...{ cameraOffsetMs: -3, proof: 'pictures' },
  },
  file: file(sequence) as TakenRecord['file'],
  origin: null,
})

function chainOf(names: readonly string[]): StoredRecord[] {
  const chain: StoredRecord[] = []
  for (const name of names) {
    const sequence = chain.length + 1
    const previous = chain.at(-1)?.hash ?? chainAnchor
    const record: VideoRecord =
      sequence % 4 === 0
        ? {
            ...{ version: 1, sequence, previous, at: sequence, hubOffsetMs: 0, workstation: 'SZ-02', subCenter: 'SZ' },
            operator: { id: 'operator-1', name, role: 'operator' },
            ...{ kind: 'attached', pieces: [1], caseId: 'case-1', caseNumber: 'TZ-1' },
          }
        : taken(sequence, previous, sequence * 1000, name)
    chain.push(storedForm(record))
  }
  return chain
}
const witnessesOf = (chain: readonly StoredRecord[]) => chain.map(({ sequence, hash }) => ({ sequence, hash }))

/** Of any text, names with quotes and other alphabets among them. */
const someChain = fc
  .array(fc.string({ unit: 'grapheme', maxLength: 12 }), { minLength: 1, maxLength: 12 })
  .map((names) => ({ chain: chainOf(names), names }))

describe('canonical JSON', () => {
  test('is that of RFC 8785', () => {
    // Section 3.2.3 and 3.2.2.
    expect(
      canonicalJson({
        numbers: [Number('333333333.33333329'), 1e30, 4.5, 2e-3, 1e-27],
        string: '€$\u000f\nA\'B"\\\\"/',
        literals: [null, true, false],
      }),
    ).toBe(
      '{"literals":[null,true,false],"numbers":[333333333.3333333,1e+30,4.5,0.002,1e-27],"string":"€$\\u000f\\nA\'B\\"\\\\\\\\\\"/"}',
    )
    expect(canonicalJson({ '\u20ac': 1, '\r': 2, '\ufb33': 3, '1': 4, '\u{1f600}': 5, '\u0080': 6, '\u00f6': 7 })).toBe(
      '{"\\r":2,"1":4,"\u0080":6,"ö":7,"€":1,"😀":5,"\ufb33":3}',
    )
  })
  test('does not depend on the order of members, and refuses what JSON does not have', () => {
    fc.assert(
      fc.property(fc.dictionary(fc.string({ unit: 'grapheme' }), fc.jsonValue()), (value) => {
        const turned = Object.fromEntries(Object.entries(value).reverse())
        expect(canonicalJson(turned)).toBe(canonicalJson(value))
        expect(canonicalJson(JSON.parse(canonicalJson(value)))).toBe(canonicalJson(value))
      }),
    )
    for (const none of [NaN, Infinity, undefined, '\ud800', { a: undefined }])
      expect(() => canonicalJson(none)).toThrow(TypeError)
  })
})

describe('a chain', () => {
  test('as it was written has no problems', () => {
    fc.assert(
      fc.property(someChain, ({ chain }) => {
        expect(checkChain(chain, witnessesOf(chain))).toEqual([])
      }),
    )
  })

  test('shows any byte of a record that was changed, at that record', () => {
    fc.assert(
      fc.property(
        someChain,
        fc.nat(),
        fc.nat(),
        fc.integer({ min: 1, max: 255 }),
        ({ chain }, which, where, change) => {
          const index = which % chain.length
          const row = chain[index]!
          const bytes = Buffer.from(row.body)
          const at = where % bytes.length
          bytes[at] = bytes[at]! ^ change
          const changed = chain.with(index, { ...row, body: bytes.toString('utf8') })
          expect(checkChain(changed, [])).toContainEqual({ sequence: row.sequence, kind: 'record-changed' })
        },
      ),
    )
  })

  test('shows a field that was changed with its hash made to fit, at the next record, or by the audit at the last', () => {
    fc.assert(
      fc.property(someChain, fc.nat(), fc.string({ minLength: 1 }), ({ chain }, which, text) => {
        const index = which % chain.length
        const record = readRecord(chain[index]!)!.record
        const forged = storedForm({ ...record, workstation: `${record.workstation}${text.toWellFormed()}` })
        const problems = checkChain(chain.with(index, forged), witnessesOf(chain))
        expect(problems).toContainEqual({ sequence: index + 1, kind: 'chain-broken' })
        if (index + 1 < chain.length) {
          const alone = checkChain(chain.with(index, forged), [])
          expect(alone).toEqual([{ sequence: index + 2, kind: 'chain-broken' }])
        }
      }),
    )
  })

  test('shows what was taken out, in the middle or at the end', () => {
    fc.assert(
      fc.property(someChain, fc.nat(), ({ chain }, which) => {
        const index = which % chain.length
        const shorter = chain.toSpliced(index, 1)
        const last = index === chain.length - 1
        const expected = last
          ? { sequence: chain.length, kind: 'end-missing' }
          : { sequence: index + 2, kind: 'record-missing' }
        expect(checkChain(shorter, witnessesOf(chain))).toContainEqual(expected)
      }),
    )
  })

  test('shows two that changed places', () => {
    fc.assert(
      fc.property(someChain, fc.nat(), fc.nat(), ({ chain }, one, other) => {
        const [a, b] = [one % chain.length, other % chain.length]
        fc.pre(a !== b)
        const [left, right] = [chain[a]!, chain[b]!]
        const swapped = chain
          .with(a, { ...right, sequence: left.sequence })
          .with(b, { ...left, sequence: right.sequence })
        const found = checkChain(swapped, []).map(({ sequence }) => sequence)
        expect(found).toEqual(expect.arrayContaining([left.sequence, right.sequence]))
      }),
    )
  })
})
