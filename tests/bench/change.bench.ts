/**
 * How well the hint "something may have changed here" fits what did change.
 *
 * Measured on sequences that the district's cameras draw; nothing of it was filmed. Each has two visits of one of the eight
 * scenes (traffic and people pass in most of them, the barcode runs), five frames each, drawn at 1280 x 720 and made small
 * as the desk does. In half of them something changed in between: a parked car, a heap of rubbish, a manhole cover, a stall,
 * come or gone. The visits differ in light (gain 0.55 to 1.15, tint, lift, fall-off to one side), noise, rain, traffic, and
 * where the camera points (up to 8 of 1280 pixels). The smaller picture is not compressed here, which the kept one is.
 *
 * The share of changed blocks from which a hint is given is chosen on one half of the sequences (the best F1) and judged on
 * the other half. `precision`: of the hints given, how many were right; `recall`: of the changes, how many were hinted at.
 */
import {
  comparePictures,
  isLikely,
  likelyShare,
  medianPicture,
  type Pixels,
} from '../../renderer/desks/patrol/change/compare-pictures.ts'
import { sampling } from '../../renderer/desks/patrol/change/sampling.ts'
import { finish, isQuick, median, report } from './bench.ts'
import { changeKinds, drawSequence, type Sequence } from './change-sequences.ts'

interface Seen extends Pick<Sequence, 'change' | 'scene'> {
  share: number
}

/** None of those that the comparing was made with. */
const firstSeed = 7_000_001
const sequences = isQuick ? 160 : 1_000

function medianOf(frames: Pixels[]): Pixels {
  const picture = medianPicture(frames)
  if (!picture) throw new Error('a sequence has frames')
  return picture
}

const comparing: number[] = []
function look(seed: number): Seen {
  const { earlier, now, change, scene } = drawSequence(seed, sampling)
  const before = medianOf(earlier)
  const began = performance.now()
  const share = comparePictures(before, medianOf(now))?.share ?? 0
  comparing.push(performance.now() - began)
  return { change, scene, share }
}

/** Of the hints that this threshold gives. */
function judge(seen: readonly Seen[], threshold: number) {
  const hinted = seen.filter(({ share }) => isLikely(share, threshold))
  const right = hinted.filter(({ change }) => change !== null).length
  const changes = seen.filter(({ change }) => change !== null).length
  const precision = hinted.length > 0 ? right / hinted.length : 0
  const recall = right / changes
  return { precision, recall, f1: right > 0 ? (2 * precision * recall) / (precision + recall) : 0 }
}

function chosenOn(seen: readonly Seen[]): number {
  const candidates = [...new Set(seen.map(({ share }) => share))].filter((share) => share > 0).sort((a, b) => a - b)
  let best = { threshold: 1, f1: -1 }
  for (const threshold of candidates) {
    const { f1 } = judge(seen, threshold)
    if (f1 > best.f1) best = { threshold, f1 }
  }
  return best.threshold
}

const rounded = (value: number) => Number(value.toFixed(4))
const told = ({ precision, recall, f1 }: ReturnType<typeof judge>) => ({
  ...{ precision: rounded(precision), recall: rounded(recall), f1: rounded(f1) },
})

report(
  `${sequences} drawn (not filmed) sequences, ${sampling.width} x ${sampling.height}, ${sampling.frames} frames a visit`,
)
const seen = Array.from({ length: sequences }, (_, at) => look(firstSeed + at))
const [chosenFrom, judgedOn] = [seen.filter((_, at) => at % 2 === 0), seen.filter((_, at) => at % 2 === 1)]
const threshold = chosenOn(chosenFrom)
const [own, other] = [judge(chosenFrom, threshold), judge(judgedOn, threshold)]
report(
  `chosen on ${chosenFrom.length}: a hint from ${rounded(threshold)} of the blocks on; there ${JSON.stringify(told(own))}`,
)
report(`judged on the other ${judgedOn.length}: ${JSON.stringify(told(other))}`)
report(`the desk's own threshold ${likelyShare}, on the same: ${JSON.stringify(told(judge(judgedOn, likelyShare)))}`)
const byKind = changeKinds.map((kind) => {
  const own = judgedOn.filter(({ change }) => change === kind)
  return [kind, rounded(own.filter(({ share }) => isLikely(share, threshold)).length / own.length)]
})
report(`hinted at, by kind: ${JSON.stringify(Object.fromEntries(byKind))}`)
const still = judgedOn.filter(({ change }) => change === null)
const scenesSeen = [...new Set(still.map(({ scene }) => scene))].sort()
const wrong = scenesSeen.map((scene) => {
  const own = still.filter((one) => one.scene === scene)
  return [scene, `${own.filter(({ share }) => isLikely(share, threshold)).length}/${own.length}`]
})
report(`hints without a change, by scene: ${JSON.stringify(Object.fromEntries(wrong))}`)
finish('change', {
  ...{ precision: rounded(other.precision), recall: rounded(other.recall), sequences },
  ...{
    judged_on: judgedOn.length,
    threshold: rounded(threshold),
    material: 'drawn',
    compare_ms: rounded(median(comparing)),
  },
})
