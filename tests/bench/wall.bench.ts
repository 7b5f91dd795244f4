/**
 * How near to live the video wall is, what it costs, and what an operator could put together instead, on the same cameras.
 *
 * Cameras: up to 36 RTSP servers that send one encoded picture (640x360 at 15 a second, H.264 of about 0.5 Mbit/s, a key frame every 2 s)
 * from one process, each with a clock of its own, so that pictures and key frames of different cameras do not come at once. Each picture
 * carries a barcode that tells the millisecond at which it was due to be sent.
 * Walls (with --quick only 16 tiles of `ours` and `ffmpeg-mse`), each in a fresh Chromium (no GPU, 1920x1080, no window), one after another:
 * - `ours`: the real console with its wall desk, its native program and gateway; `ours-mse`: the same where the page lacks
 *   MediaStreamTrackGenerator, so that it takes fragmented MP4 and Media Source Extensions;
 * - `ffmpeg-mse`: `ffmpeg -c copy` for each stream, a fragment a picture over a WebSocket into Media Source Extensions, kept within 0.3 s
 *   of what is loaded; `ffmpeg-hls`: the same to HLS segments of 1 s (2 s by the camera's key frames) and hls.js, set as in the console.
 * Figures of a wall, over 12 s (3 s with --quick) after it has settled:
 * - p50_ms, p95_ms: from when a picture was due at the camera to when it is found on its element (in requestVideoFrameCallback, which comes
 *   with the frame that draws it), by the barcode in it, of every fourth picture of each tile. `expected_p50_ms` is to when the browser
 *   expects it to be visible. Reading costs `reading_percent` of the page's thread (wall-observer.ts says how it reads);
 * - first_frame_ms: from the tile being there to its first picture, median of the tiles; cameras begin with their next key frame;
 * - fps, dropped: pictures given to the compositor, and how many of those that were sent were not;
 * - CPU in percent of one core and memory (proportional set size): of all of Chromium's processes, and of the gateway: for ours the whole
 *   native program (SQLite, hub link and the gateway's thread: an upper limit), for ffmpeg's the serving process and all ffmpegs.
 * ratio16: p50 of ours against that of ffmpeg-mse at 16 tiles. second_viewer_ms: from putting a camera that the first window shows on a
 * second window's wall to its picture there, median of 40 openings (8). overload_age_ms: p95 of how old 16 tiles' pictures are while
 * six programs burn the processors: four times a second, whatever is on the tile.
 */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { finish, isQuick, median, report } from './bench.ts'
import { measureOverload, measureSecondViewer, measureWall, share, type WallFigures } from './wall-measure.ts'
import { openRig, type WallPath } from './wall-rig.ts'

const sizes = [1, 4, 9, 16, 36]
const plan: [WallPath, number[]][] = isQuick
  ? [
      ['ours', [16]],
      ['ffmpeg-mse', [16]],
    ]
  : [
      ['ours', sizes],
      ['ours-mse', [16]],
      ['ffmpeg-mse', sizes],
      ['ffmpeg-hls', sizes],
    ]
const effort = isQuick ? { seconds: 3, openings: 8, overload: 4 } : { seconds: 12, openings: 40, overload: 15 }
/** Programs that want a core each. */
const burners = 6
const folder = mkdtempSync(join(tmpdir(), 'bench-wall-'))
const rig = await openRig(folder, 36)

try {
  const tiles: WallFigures[] = []
  for (const [path, counts] of plan)
    for (const count of counts) {
      const figures = await measureWall(rig, path, count, effort.seconds)
      tiles.push(figures)
      report(
        Object.entries(figures)
          .map(([key, value]) => `${key} ${value}`)
          .join('  '),
      )
    }
  const at16 = (wanted: WallPath) =>
    tiles.find(({ path, tiles }) => path === wanted && tiles === 16)?.p50_ms ?? Number.NaN
  const ratio = Number((at16('ours') / at16('ffmpeg-mse')).toFixed(2))
  report(`16 tiles: ours ${at16('ours')} ms, ffmpeg into Media Source ${at16('ffmpeg-mse')} ms: ${ratio}`)

  const second = await measureSecondViewer(rig, 4, effort.openings)
  const secondMs = Math.round(median(second))
  report(`second viewer: median ${secondMs} ms, p95 ${Math.round(share(second, 0.95))} ms of ${second.length}`)

  const overload = await measureOverload(rig, 16, { burners, seconds: effort.overload })
  const age = (of: number[]) => Math.round(share(of, 0.95))
  const all = [...overload.first, ...overload.second]
  report(
    `overload: p95 ${age(all)} ms, longest ${Math.round(Math.max(...all))} ms; first half ${age(overload.first)}, ` +
      `second half ${age(overload.second)}; ${overload.fps.toFixed(1)} pictures a second, ${overload.blank} looks at an empty tile`,
  )
  finish('wall', {
    tiles,
    ratio16: ratio,
    ...{ second_viewer_ms: secondMs, second_viewer_p95_ms: Math.round(share(second, 0.95)) },
    overload_age_ms: age(all),
    overload_longest_ms: Math.round(Math.max(...all)),
    overload_halves_ms: [age(overload.first), age(overload.second)],
    overload_fps: Number(overload.fps.toFixed(1)),
  })
} finally {
  await rig.close()
  rmSync(folder, { recursive: true, force: true })
}
process.exit()
