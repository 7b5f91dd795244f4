/**
 * What an operator waits for at the queue, beside bare SQLite doing the same, and whether scrolling stays smooth.
 *
 * Measured with 375,967 cases (30,000 with --quick) in the encrypted database, files in the system's cache, everything
 * run once before:
 * - open: a window of 200 rows of each of the ten views in turn, and its total;
 * - search: two characters as they stand in the cases' own texts, common ones more often, in turn among all cases and
 *   among the open ones: 200 rows and the number of hits up to where counting ends;
 * - step: a dispatch taken at the desk, decided and kept with outbox, audit, search index and the confirmed state in one
 *   durable transaction. What the console does between commits (merging the index, the log's way home) is done between
 *   the steps on both sides: p99 of one piece of it is `upkeep_p99_ms`, which a step waits for when it comes just then.
 *   The case is open before, as at the desk; the peer reads its rows before, too.
 * Peer: the same statements by hand on a copy of the same file, opened with the same settings: rows are read but not made
 * into anything, what a step writes is ready in memory. Both run in turn; p99 and ratio are medians of the rounds.
 * Growth: of p99 with 375,967 cases against 25,000 (10,000 with --quick), rounds of both in turn, the largest of the three.
 * As many cases are open in both (9,400, a fortieth of the district's half-year; 1,000 with --quick): what is kept grows,
 * not the work in hand.
 *
 * Scrolling: the real console in Chromium (1920 x 1080, no window, no GPU on most build machines), signed in, following a
 * hub in a process of its own that publishes fifty changes a second, one in ten a new case. 10,000 rows (1,500 with
 * --quick) are scrolled from the top at 250 rows a second, nine screens of rows. A frame is long when
 * requestAnimationFrame comes more than one and a half display intervals (60 Hz: 16.7 ms) after the one before: at least
 * one refresh was missed; the timestamps' own jitter is no missed frame.
 * The limits of the machine are measured in the same run, scrolled the same way while the changes go on: an empty page of
 * the same height (`long_frames_empty`), and one with as many lines of text, laid out once, and no program
 * (`long_frames_plain`). `long_frames` counts every late frame of the queue, whoever caused it.
 */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { finish, isQuick, median, report } from './bench.ts'
import { prepareQueue, type QueueDeed, queueDeeds, type Round } from './queue-measure.ts'
import { scrollQueue } from './queue-scroll.ts'

interface Figures {
  p99: number
  ratio: number
  growth: number
}

const sizes = isQuick ? { small: 10_000, large: 30_000, open: 1_000 } : { small: 25_000, large: 375_967, open: 9_400 }
const effort = isQuick ? { rounds: 3, times: 60 } : { rounds: 5, times: 300 }
const displayMs = 1000 / 60
const folder = mkdtempSync(join(tmpdir(), 'bench-queue-'))
const round = (value: number) => Number(value.toFixed(2))
const late = (frames: readonly number[]) => frames.filter((delta) => delta > displayMs * 1.5).length

try {
  const rows = isQuick ? 1_500 : 10_000
  const frames = await scrollQueue(folder, 11_000, rows, rows / 250)
  report(
    `scrolling: ${late(frames.queue)} of ${frames.queue.length} frames late (longest ${round(Math.max(...frames.queue))} ms), ` +
      `an empty page: ${late(frames.empty)} of ${frames.empty.length} (longest ${round(Math.max(...frames.empty))} ms), ` +
      `plain rows: ${late(frames.plain)} of ${frames.plain.length} (longest ${round(Math.max(...frames.plain))} ms)`,
  )
  const small = prepareQueue({ folder, cases: sizes.small, open: sizes.open, ...effort })
  const large = prepareQueue({ folder, cases: sizes.large, open: sizes.open, ...effort })
  const measured = (deed: QueueDeed) => {
    const rounds = Array.from(
      { length: effort.rounds },
      (_, index) => [small[deed](index), large[deed](index)] as const,
    )
    const middle = (of: (pair: readonly [Round, Round]) => number) => round(median(rounds.map(of)))
    const [p99, ratio] = [middle(([, { ours }]) => ours), middle(([, { ours, bare }]) => ours / bare)]
    const growth = middle(([before, after]) => after.ours / before.ours)
    const bareGrowth = middle(([before, after]) => after.bare / before.bare)
    report(`${deed}: p99 ${p99} ms, ${ratio} of bare; ${growth} of that with ${sizes.small} cases (bare ${bareGrowth})`)
    return { p99, ratio, growth }
  }
  const [open, search, step] = queueDeeds.map(measured) as [Figures, Figures, Figures]
  const upkeep = round(large.upkeep())
  small.close()
  large.close()
  finish('queue', {
    cases: sizes.large,
    open_p99_ms: open.p99,
    search_p99_ms: search.p99,
    step_p99_ms: step.p99,
    upkeep_p99_ms: upkeep,
    open_ratio: open.ratio,
    search_ratio: search.ratio,
    step_ratio: step.ratio,
    long_frames: late(frames.queue),
    long_frames_empty: late(frames.empty),
    long_frames_plain: late(frames.plain),
    frames: frames.queue.length,
    frame_ms: round(median(frames.queue)),
    growth: Math.max(open.growth, search.growth, step.growth),
    growth_of: { open: open.growth, search: search.growth, step: step.growth },
  })
} finally {
  rmSync(folder, { recursive: true, force: true })
}
