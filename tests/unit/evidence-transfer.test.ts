/** Evidence on its way: over TLS, through cuts at any byte, restarts, wrong checksums and wrong tokens. */
import { readdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { type Desk, handOver, openDesk, openHub, openLine, operator, pngOf, readAll, sha256 } from './evidence-parts.ts'
import { eventually } from './support.ts'

const settled = (desk: Desk, id: string, state: string) =>
  eventually(() => (desk.stateOf(id) as { state: string } | undefined)?.state === state)

async function refer(desk: Desk, content: Buffer, name = '现场.png') {
  const { evidence } = await handOver(desk, name, content)
  desk.desk.withStep('case-1', [evidence], () => undefined)
  return evidence
}

describe('up', () => {
  test('a step’s evidence reaches the hub, verified; what no step refers to stays', async () => {
    const hub = await openHub()
    const desk = openDesk(hub)
    const draft = await handOver(desk, 'draft.png', pngOf(5000))
    const piece = await refer(desk, pngOf(9_000_000))
    expect(desk.desk.transfers()).toMatchObject([{ id: piece.id, state: 'waiting', direction: 'up', caseId: 'case-1' }])
    desk.goOnline()
    await settled(desk, piece.id, 'kept')
    expect(hub.evidence.isVerified(piece.id)).toBe(true)
    expect(hub.evidence.isVerified(draft.evidence.id)).toBe(false)
    expect(desk.desk.transfers()).toEqual([])
    const second = await refer(desk, pngOf(100_000, 2))
    await settled(desk, second.id, 'kept')
  })

  test('a cut at any byte: it goes on and arrives as it was', async () => {
    const hub = await openHub()
    const line = await openLine(hub.port)
    const desk = openDesk(hub, { port: line.port })
    desk.goOnline()
    let seed = 0
    await fc.assert(
      fc.asyncProperty(
        fc.integer({ min: 1, max: 80_000 }),
        fc.integer({ min: 1, max: 1000 }),
        async (size, permille) => {
          // A fresh connection, so that the cut counts from its first byte, and always comes before its last.
          line.cutAll()
          line.allowed = Math.ceil((size * permille) / 1000)
          const piece = await refer(desk, pngOf(size, (seed += 1)))
          await settled(desk, piece.id, 'kept')
          expect(hub.evidence.isVerified(piece.id)).toBe(true)
          line.allowed = Infinity
        },
      ),
      { numRuns: 20 },
    )
    expect(line.cuts).toBeGreaterThanOrEqual(20)
  })

  test('a restart in the middle: the next start goes on where the hub has got to', async () => {
    const hub = await openHub()
    const line = await openLine(hub.port)
    const desk = openDesk(hub, { port: line.port })
    const content = pngOf(6_000_000)
    const piece = await refer(desk, content)
    line.allowed = 4_700_000
    desk.goOnline()
    await eventually(() => line.cuts > 0)
    await desk.close()
    line.cutAll()

    const again = openDesk(hub, { folder: desk.folder, port: line.port })
    const url = again.database.prepare('SELECT upload_url FROM evidence_files').pluck().get()
    expect(url).toContain(`/evidence/uploads/${piece.id}`)
    const moved: number[] = []
    again.desk.changed.subscribe(() => moved.push(...again.desk.transfers().map((transfer) => transfer.moved)))
    again.goOnline()
    await settled(again, piece.id, 'kept')
    expect(moved.filter((bytes) => bytes > 0)[0]).toBeGreaterThanOrEqual(4_000_000)
    expect(await readAll(again, 'case-1', piece)).toEqual(content)
  })

  test('the hub refuses a wrong checksum; it is shown, and the next in line goes on', async () => {
    const hub = await openHub()
    const desk = openDesk(hub)
    const wrong = await refer(desk, pngOf(50_000))
    const right = await refer(desk, pngOf(60_000, 2))
    desk.database.prepare('UPDATE evidence_files SET sha256 = ? WHERE id = ?').run('ab'.repeat(32), wrong.id)
    desk.goOnline()
    await settled(desk, right.id, 'kept')
    await settled(desk, wrong.id, 'failed')
    expect(desk.desk.transfers()).toMatchObject([{ id: wrong.id, state: 'failed', trouble: 'checksum' }])
    expect(hub.evidence.isVerified(wrong.id)).toBe(false)
  })

  test('what the hub has already is not sent again, also when this workstation has forgotten', async () => {
    const hub = await openHub()
    const desk = openDesk(hub)
    const piece = await refer(desk, pngOf(50_000))
    desk.goOnline()
    await settled(desk, piece.id, 'kept')
    desk.goOffline()
    desk.database.prepare(`UPDATE evidence_files SET state = 'waiting', upload_url = NULL`).run()
    desk.goOnline()
    await settled(desk, piece.id, 'kept')
  })

  test('a refusal is not repeated with every connection, only when a person asks', async () => {
    const hub = await openHub()
    const desk = openDesk(hub)
    const wrong = await refer(desk, pngOf(50_000))
    const setSum = desk.database.prepare('UPDATE evidence_files SET sha256 = ? WHERE id = ?')
    setSum.run('ab'.repeat(32), wrong.id)
    desk.goOnline()
    await settled(desk, wrong.id, 'failed')
    setSum.run(wrong.sha256, wrong.id)
    desk.goOffline()
    desk.goOnline()
    const next = await refer(desk, pngOf(9_000, 3))
    await settled(desk, next.id, 'kept')
    expect(desk.stateOf(wrong.id)).toEqual({ state: 'failed', trouble: 'checksum' })
    desk.desk.retry()
    await settled(desk, wrong.id, 'kept')
  })

  test('a wrong token is refused at once; the hub takes nothing', async () => {
    const hub = await openHub()
    const desk = openDesk(hub, { token: 'wrong' })
    const piece = await refer(desk, pngOf(50_000))
    desk.goOnline()
    await settled(desk, piece.id, 'failed')
    expect(desk.stateOf(piece.id)).toEqual({ state: 'failed', trouble: 'refused' })
    expect(hub.evidence.isVerified(piece.id)).toBe(false)
  })

  test('tries are bounded, and a new connection begins again', async () => {
    const hub = await openHub()
    const line = await openLine(hub.port)
    const desk = openDesk(hub, { port: line.port })
    const piece = await refer(desk, pngOf(50_000))
    line.allowed = 1
    const cut = desk.desk.changed.subscribe(() => (line.allowed = 1))
    desk.goOnline()
    await settled(desk, piece.id, 'failed')
    expect(desk.stateOf(piece.id)).toEqual({ state: 'failed', trouble: 'offline' })
    cut()
    line.cutAll()
    line.allowed = Infinity
    desk.goOffline()
    desk.goOnline()
    await settled(desk, piece.id, 'kept')
  })
})

describe('down', () => {
  test('fetched once, verified, then read here also while the hub is away', async () => {
    const hub = await openHub()
    const desk = openDesk(hub)
    const content = pngOf(1_500_000)
    const piece = { id: 'HS-1', kind: 'photo' as const, name: 'a.png', bytes: content.length, sha256: sha256(content) }
    await expect(desk.desk.open(operator, 'case-1', piece)).rejects.toMatchObject({ code: 'offline' })
    desk.goOnline()
    await expect(desk.desk.open(operator, 'case-1', piece)).rejects.toMatchObject({ code: 'not-found' })
    hub.evidence.put('SZ', piece, content)
    const [first, second] = await Promise.all([readAll(desk, 'case-1', piece), readAll(desk, 'case-1', piece)])
    expect(first.equals(content) && second.equals(content)).toBe(true)
    desk.goOffline()
    expect((await readAll(desk, 'case-1', piece)).equals(content)).toBe(true)
    const view = await desk.desk.open(operator, 'case-1', piece)
    await expect(desk.desk.read({ ...operator, id: 'another' }, view.viewId, 0)).rejects.toMatchObject({
      code: 'not-found',
    })
  })

  test('what is not what the case says is never kept: changed, shorter, longer, of another sub-center', async () => {
    const hub = await openHub()
    const desk = openDesk(hub)
    desk.goOnline()
    const content = pngOf(90_000)
    const piece = { id: 'HS-1', kind: 'photo' as const, name: 'a.png', bytes: content.length, sha256: sha256(content) }
    hub.evidence.put('SZ', piece, content)
    const spoiled = Buffer.from(content)
    spoiled[70_000]! ^= 1
    for (const bad of [spoiled, content.subarray(0, -1), Buffer.concat([content, content])]) {
      writeFileSync(hub.evidence.pathOf('HS-1'), bad)
      await expect(desk.desk.open(operator, 'case-1', piece)).rejects.toMatchObject({ reason: 'evidence-checksum' })
      expect(desk.stateOf('HS-1')).toBeUndefined()
      expect(readdirSync(join(desk.folder, 'evidence'))).toEqual([])
    }
    const endless = { ...piece, bytes: 5_000_000_000 }
    await expect(desk.desk.open(operator, 'case-1', endless)).rejects.toMatchObject({ reason: 'evidence-too-large' })
    hub.evidence.put('TZ', piece, content)
    await expect(desk.desk.open(operator, 'case-1', piece)).rejects.toMatchObject({ code: 'not-found' })
  })

  test('a copy that was spoiled on this disk is dropped and fetched again', async () => {
    const hub = await openHub()
    const desk = openDesk(hub)
    desk.goOnline()
    const content = pngOf(90_000)
    const piece = { id: 'HS-1', kind: 'photo' as const, name: 'a.png', bytes: content.length, sha256: sha256(content) }
    hub.evidence.put('SZ', piece, content)
    await readAll(desk, 'case-1', piece)
    const [name = ''] = readdirSync(join(desk.folder, 'evidence'))
    writeFileSync(join(desk.folder, 'evidence', name), Buffer.alloc(90_016))
    await expect(readAll(desk, 'case-1', piece)).rejects.toMatchObject({ reason: 'evidence-checksum' })
    expect((await readAll(desk, 'case-1', piece)).equals(content)).toBe(true)
  })

  test('copies stay within their bound, the longest unused goes first, and what the hub lacks never goes', async () => {
    const hub = await openHub()
    const desk = openDesk(hub, { mostKeptBytes: 250_000 })
    const own = await refer(desk, pngOf(200_000))
    desk.goOnline()
    await settled(desk, own.id, 'kept')
    desk.database.prepare(`UPDATE evidence_files SET state = 'failed'`).run()
    const pieces = ['a', 'b', 'c'].map((id, seed) => {
      const content = pngOf(100_000, seed)
      hub.evidence.put('SZ', { id, sha256: sha256(content) }, content)
      return { id, kind: 'photo' as const, name: 'a.png', bytes: content.length, sha256: sha256(content) }
    })
    const [a, b, c] = pieces as [(typeof pieces)[0], (typeof pieces)[0], (typeof pieces)[0]]
    await readAll(desk, 'case-1', a)
    desk.database.prepare('UPDATE evidence_files SET used_at = used_at - 1000').run()
    await readAll(desk, 'case-1', b)
    await readAll(desk, 'case-1', c)
    expect(desk.stateOf('a')).toBeUndefined()
    expect([desk.stateOf('b'), desk.stateOf('c'), desk.stateOf(own.id)]).toMatchObject([
      { state: 'kept' },
      { state: 'kept' },
      { state: 'failed' },
    ])
  })
})
