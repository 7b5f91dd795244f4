/**
 * How fast the console applies changes, beside bare SQLite doing the same.
 *
 * Measured: a reference hub in a process of its own holds N changes (100,000; a fifth with --quick) to N/4 cases, each a
 * whole head and one step. The console's real link and feed pull them over TLS and socket.io, validate, apply each page
 * and the cursor in one durable transaction of the encrypted database, and publish to an open queue topic.
 * Time runs from the hub's welcome to the last change applied.
 * Peer: the same rows, ready in memory, upserted by prepared statements into the same tables of another encrypted
 * database, in durable transactions of as many changes as the console's pages had. Rows of the full-text index are among
 * them, their tokens made beforehand: one for each case that a page makes new or found by other words, in the order of
 * row ids, which is what FTS5 takes best. The schema's triggers, which keep the totals, run in both. Both run in turn;
 * the median of the rounds' ratios is judged.
 */
import { fork } from 'node:child_process'
import { once } from 'node:events'
import { cpSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { finish, isQuick, median, report } from './bench.ts'
import { followFeed, prepareConsole } from './feed-console.ts'
import { bareUpserts } from './feed-peer.ts'

const changes = isQuick ? 20_000 : 100_000
const rounds = 3
const folder = mkdtempSync(join(tmpdir(), 'bench-feed-'))
const at = (name: string) => join(folder, name)

const hub = fork(new URL('./feed-hub.ts', import.meta.url), [at('district'), String(changes)])
try {
  const [{ configFile }] = (await once(hub, 'message')) as [{ configFile: string }]
  await prepareConsole(configFile, at('console'))
  hub.send('publish')
  await once(hub, 'message')

  const ours: number[] = []
  const bare: number[] = []
  let page = 0
  for (let round = 1; round <= rounds; round += 1) {
    cpSync(at('console'), at(`console-${round}`), { recursive: true })
    const followed = await followFeed(configFile, at(`console-${round}`), changes)
    page = followed.changesPerPage
    ours.push(changes / followed.seconds)
    bare.push(changes / bareUpserts(at(`bare-${round}.db`), changes, page))
    report(
      `round ${round}: console ${Math.round(ours.at(-1) ?? 0)} changes/s, bare SQLite ${Math.round(bare.at(-1) ?? 0)}/s`,
    )
  }
  finish('feed', {
    changes,
    changes_per_transaction: page,
    changes_per_s: Math.round(median(ours)),
    bare_per_s: Math.round(median(bare)),
    ratio: Number(median(ours.map((rate, index) => rate / (bare[index] ?? 1))).toFixed(2)),
  })
} finally {
  hub.kill()
  rmSync(folder, { recursive: true, force: true })
}
