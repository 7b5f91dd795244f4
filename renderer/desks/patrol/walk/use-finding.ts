/** A finding from the frozen picture to the filed case: the picture and the film before it are taken at once, the case when somebody says so. */
import { shallowRef } from 'vue'
import type { NewCase } from '../../../../native/contract/case.ts'
import type { CameraRow, Watch } from '../../../../native/contract/camera.ts'
import type { PatrolStop } from '../../../../native/contract/patrol.ts'
import { type Fault, readFault } from '../../../link/faults.ts'
import type { ViewState } from '../../../players/keep-watching.ts'
import { useCaseWorkStore } from '../../../stores/case-work.ts'
import { useEvidenceStore } from '../../../stores/evidence.ts'
import { useVideoEvidenceStore } from '../../../stores/video-evidence.ts'
import { useRecordPicture } from '../../wall/evidence/record-picture.ts'
import { type ShownPicture, takeShownPicture } from '../../wall/evidence/shown-picture.ts'
import { markedCopy, type PictureMark } from './marks.ts'

/** Of what was received before the picture, so much goes with it (ms). */
const filmMs = 10_000

export interface SeenStop {
  stop: PatrolStop
  camera: CameraRow
  reason: string | null
  view: ViewState
  video: HTMLVideoElement
  watch: Watch
}

/** Sequence numbers in the chain; `lacking`: why a piece is not there. */
interface Kept {
  pieces: number[]
  /** The owner wants a case and a reason first: until then the picture is in this page only. */
  needsCase: boolean
  lacking: Fault | null
}

export interface Finding extends Pick<SeenStop, 'stop' | 'camera' | 'reason'> {
  picture: ShownPicture
  watchId: string
  /** Null: still to be said. */
  classCode: string | null
  kept: Promise<Kept>
}

/** What is handed over of a finding. `lacking`: the case stands, and some of its pictures could not be put to it. */
export interface Filed {
  caseId: string
  lacking: Fault | null
}

/** What the marked copy is called, and what stands with the pictures. */
export interface Names {
  annotation: string
  remark: string
}

const emptyStep = { assignee: null, duplicateOf: null, duration: null, dueAt: null, callBack: null }

export function useFinding() {
  const [work, evidence, store] = [useCaseWorkStore(), useEvidenceStore(), useVideoEvidenceStore()]
  const record = useRecordPicture()
  const finding = shallowRef<Finding | null>(null)
  const handing = { signal: new AbortController().signal, onProgress: () => {} }

  async function keep(picture: ShownPicture, { camera, watch }: SeenStop): Promise<Kept> {
    const about = { watchId: watch.watchId, cameraName: camera.name }
    const kept: Kept = { pieces: [], needsCase: false, lacking: null }
    const miss = (thrown: unknown) => {
      const fault = readFault(thrown)
      if (fault.reason === 'snapshot-for-a-case') kept.needsCase = true
      else kept.lacking = fault
    }
    const add = ({ record: { sequence } }: { record: { sequence: number } }) => void kept.pieces.push(sequence)
    await record(picture, about, null).then(add, miss)
    const { receivedAt } = picture
    const isFilmed = watch.player === 'access-units' && watch.isKept
    if (isFilmed)
      await store.clip({ watchId: watch.watchId, from: receivedAt - filmMs, to: receivedAt }).then(add, miss)
    return kept
  }

  /** Puts to the case what was taken; a fault of it does not undo the case. */
  async function attach(now: Finding, caseId: string, remark: string): Promise<Fault | null> {
    const { pieces, needsCase, lacking } = await now.kept
    try {
      if (needsCase) {
        const about = { watchId: now.watchId, cameraName: now.camera.name }
        await record(now.picture, about, { reason: now.reason ?? remark, caseId })
      }
      if (pieces.length > 0) await store.attach({ pieces, caseId, remark })
      return lacking
    } catch (thrown) {
      return readFault(thrown)
    }
  }

  async function annotate({ picture, camera }: Finding, marks: readonly PictureMark[], name: string) {
    if (marks.length === 0) return []
    const content = await markedCopy(picture.content, marks)
    const file = new File([content], `${camera.name} ${name}.jpg`, { type: 'image/jpeg' })
    return [(await evidence.handOver(file, handing)).evidence]
  }

  return {
    finding,
    /** Null when there is no picture to freeze. */
    async freeze(seen: SeenStop, classCode: string | null): Promise<Finding | null> {
      const picture = seen.view.readNow ? await takeShownPicture(seen.video, seen.view.readNow) : null
      if (!picture) return null
      const { stop, camera, reason, watch } = seen
      const kept = keep(picture, seen)
      finding.value = { ...{ stop, camera, reason, picture, classCode, kept }, watchId: watch.watchId }
      return finding.value
    },
    drop: () => void (finding.value = null),
    /** Rejects with a fault when there is no case. */
    async file(now: Finding, taken: NewCase, marks: readonly PictureMark[], names: Names): Promise<Filed> {
      const annotated = await annotate(now, marks, names.annotation)
      const caseId = await work.report({ ...taken, evidence: annotated })
      return { caseId, lacking: await attach(now, caseId, names.remark) }
    },
    /** It is a case that is known already: the pictures go to that one. Rejects with a fault of its step. */
    async join(now: Finding, caseId: string, marks: readonly PictureMark[], names: Names): Promise<Filed> {
      const annotated = await annotate(now, marks, names.annotation)
      if (annotated.length > 0)
        await work.step(caseId, 'remark', { ...emptyStep, remark: names.remark, evidence: annotated })
      return { caseId, lacking: await attach(now, caseId, names.remark) }
    },
  }
}
