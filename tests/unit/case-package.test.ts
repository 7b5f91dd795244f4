/** A case as one package: everything in it proves itself, what cannot be had is said, and it can be stopped. */
import { strFromU8, unzipSync } from 'fflate'
import { expect, test } from 'vitest'
import type { CaseFile, CaseStep, Evidence } from '../../native/contract/case.ts'
import { packCase, type PackageParts, piecesOf, safeName } from '../../renderer/desks/print/case-package.ts'

const piece = (id: string, name: string, bytes: number): Evidence => ({ id, name, bytes, kind: 'photo', sha256: id })
const step = (id: string, evidence: Evidence[]) =>
  ({ id, kind: 'report', hubAt: 1_763_900_000_000, actor: { name: '李四' }, evidence }) as unknown as CaseStep
const photo = piece('a', '北口/照片:1.jpg', 3)
const film = piece('b', '录像.mp4', 9_000_000)
const file = { number: 'SZ1', steps: [step('1', [photo]), step('2', [photo, film])] } as unknown as CaseFile

function parts(over: Partial<PackageParts> = {}): PackageParts {
  return {
    file,
    sheet: (pieces) => `<p>${pieces.map(({ path }) => path ?? '缺').join()}</p>`,
    read: async ({ bytes }) => new Blob([new Uint8Array(bytes).fill(7)]),
    why: (error) => (error as Error).message,
    by: '张三',
    at: 1_763_900_000_000,
    signal: new AbortController().signal,
    onProgress: () => undefined,
    ...over,
  }
}
const open = async (content: Blob) => unzipSync(new Uint8Array(await content.arrayBuffer()))

test('a package holds the sheet, the list and each piece once, whole', async () => {
  const shares: number[] = []
  const { content } = await packCase(parts({ onProgress: (share) => shares.push(share) }))
  const packed = await open(content)
  expect(Object.keys(packed)).toEqual(['证据/01-北口_照片_1.jpg', '证据/02-录像.mp4', '案卷.html', '清单.json'])
  expect(Buffer.alloc(9_000_000, 7).equals(packed['证据/02-录像.mp4']!)).toBe(true)
  expect(shares).toEqual([3 / 9_000_003, 1])
  expect(piecesOf(file).map(({ step }) => step.id)).toEqual(['1', '2'])
})

test('what cannot be had is left out, and sheet and list say so', async () => {
  const read = async (wanted: Evidence) => {
    if (wanted.id === 'a') throw new Error('区中心连不上')
    return new Blob(['film'])
  }
  const { content, pieces } = await packCase(parts({ read }))
  const packed = await open(content)
  expect(pieces.map(({ path, why }) => [path, why])).toEqual([
    [null, '区中心连不上'],
    ['证据/02-录像.mp4', null],
  ])
  expect(strFromU8(packed['案卷.html']!)).toContain('缺')
  expect(JSON.parse(strFromU8(packed['清单.json']!))).toMatchObject({
    evidence: [{ path: null, why: '区中心连不上' }, {}],
  })
})

test('it can be stopped in the middle of a film', async () => {
  const stopping = new AbortController()
  const read = async ({ bytes }: Evidence) => {
    if (bytes > 3) stopping.abort(new Error('stopped'))
    return new Blob([new Uint8Array(bytes)])
  }
  await expect(packCase(parts({ read, signal: stopping.signal }))).rejects.toThrow('stopped')
})

test('names are ones that every file system takes', () => {
  expect(safeName('a/b\\c:d*e?"<>|\u0007.jpg')).toBe('a_b_c_d_e______.jpg')
  expect(safeName('...')).toBe('_')
  expect([...safeName('𠮷'.repeat(200))]).toHaveLength(80)
})
