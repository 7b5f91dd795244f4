/**
 * How long the console takes from nothing to a queue that can be worked.
 *
 * Measured: from starting the two processes that an operator starts (the native program and a Chromium with an empty
 * profile, side by side) to the page's own mark `queue-interactive`: rows drawn, keys answered. The operator is signed in
 * from before, the hub is not reachable, and the encrypted database holds 1,000 or 375,967 cases (37,597 with --quick).
 * The files are in the system's cache. Both sizes are started in turn; medians are judged.
 */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { finish, isQuick, median, report } from './bench.ts'
import { prepareCases } from './start-cases.ts'
import { startConsole } from './start-console.ts'

const rounds = isQuick ? 3 : 7
const folder = mkdtempSync(join(tmpdir(), 'bench-start-'))
try {
  const sizes = { small: 1_000, large: isQuick ? 37_597 : 375_967 }
  report(`preparing ${sizes.small} and ${sizes.large} cases`)
  const configs = {
    small: prepareCases(join(folder, 'small'), sizes.small),
    large: prepareCases(join(folder, 'large'), sizes.large),
  }
  const taken = { small: [] as number[], large: [] as number[] }
  for (let round = 1; round <= rounds; round += 1) {
    for (const size of ['small', 'large'] as const) {
      const start = await startConsole(configs[size])
      taken[size].push(start.interactiveMs)
      report(
        `round ${round}, ${sizes[size]} cases: interactive after ${start.interactiveMs} ms ` +
          `(native program ${start.nativeMs} ms, browser ${start.browserMs} ms)`,
      )
    }
  }
  const [small, large] = [median(taken.small), median(taken.large)]
  finish('start', {
    small_ms: small,
    large_ms: large,
    ratio: Number((large / small).toFixed(2)),
    cases_large: sizes.large,
  })
} finally {
  rmSync(folder, { recursive: true, force: true })
}
