/** What a frame costs, read from a browser's trace: processor time of the page's thread, frame by frame, and what it went to. */
import { z } from 'zod'

const event = z.object({
  name: z.string(),
  ph: z.string(),
  pid: z.number(),
  tid: z.number(),
  /** Microseconds: start, and of a whole event its length and its processor time. */
  ts: z.number(),
  dur: z.number().optional(),
  tdur: z.number().optional(),
  args: z.object({ name: z.unknown() }).partial().optional(),
})
type TraceEvent = z.output<typeof event>

export const traceCategories = ['toplevel', 'devtools.timeline', 'disabled-by-default-devtools.timeline']

const task = 'ThreadControllerImpl::RunTask'
const frameStart = 'BeginCommitCompositorFrame'
/** Names of the devtools.timeline category. */
const parts = {
  script: ['FireAnimationFrame', 'EventDispatch', 'TimerFire', 'FireIdleCallback', 'v8.callFunction'],
  style: ['UpdateLayoutTree'],
  layout: ['Layout'],
  paint: ['PrePaint', 'Paint', 'Layerize', 'Commit'],
} as const

export interface FrameCosts {
  /** Of the page's thread, in ms of processor time a frame. */
  main_ms_p50: number
  main_ms_p99: number
  main_ms_max: number
  /** Mean of a frame, in ms; raster is that of all threads. */
  script_ms: number
  style_ms: number
  layout_ms: number
  paint_ms: number
  raster_ms: number
}

/** `trace` is the JSON that the browser writes. */
export function frameCosts(trace: string): FrameCosts {
  const { traceEvents } = z.object({ traceEvents: z.array(z.unknown()) }).parse(JSON.parse(trace))
  const all = traceEvents.flatMap((each) => event.safeParse(each).data ?? [])
  const starts = all.filter(({ name }) => name === frameStart)
  const main = mostCommon(starts.map(threadOf))
  const own = all.filter((each) => threadOf(each) === main)
  const begins = own
    .filter(({ name }) => name === frameStart)
    .map(({ ts }) => ts)
    .toSorted((one, other) => one - other)
  const frames = begins.map(() => 0)
  for (const { name, ts, tdur = 0 } of own) {
    if (!name.startsWith(task)) continue
    // A frame is what is done from one handing over to the next.
    const index = begins.findIndex((begin) => begin >= ts)
    if (index >= 0) frames[index] = (frames[index] ?? 0) + tdur / 1_000
  }
  const sorted = frames.toSorted((one, other) => one - other)
  const at = (share: number) => round(sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? NaN)
  const mean = (events: TraceEvent[], names: readonly string[]) =>
    round(
      events.filter(({ name }) => names.includes(name)).reduce((sum, { tdur = 0 }) => sum + tdur, 0) /
        1_000 /
        begins.length,
    )
  return {
    ...{ main_ms_p50: at(0.5), main_ms_p99: at(0.99), main_ms_max: at(1) },
    ...{ script_ms: mean(own, parts.script), style_ms: mean(own, parts.style), layout_ms: mean(own, parts.layout) },
    ...{ paint_ms: mean(own, parts.paint), raster_ms: mean(all, ['RasterTask']) },
  }
}

const threadOf = ({ pid, tid }: TraceEvent) => `${pid} ${tid}`
const round = (value: number) => Number(value.toFixed(2))

function mostCommon(values: readonly string[]): string | undefined {
  const counts = new Map<string, number>()
  for (const value of values) counts.set(value, (counts.get(value) ?? 0) + 1)
  return [...counts].toSorted(([, one], [, other]) => other - one)[0]?.[0]
}
