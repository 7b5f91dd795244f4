/** What a check by video compares and says: decided from the case, the walks and the offer, as plain values. */
import type { CaseStep, Evidence } from '../../../../native/contract/case.ts'
import type { CheckOffer, PatrolRoute, PatrolStop, WalkRow } from '../../../../native/contract/patrol.ts'

export type Verdict = 'check-pass' | 'check-fail'

/** A photo of the case and the step that brought it. `isAfter`: the handlers say that this is how it looks now. */
export interface CasePhoto {
  piece: Evidence
  step: Pick<CaseStep, 'id' | 'kind' | 'hubAt' | 'actor'>
  isAfter: boolean
}

/** The first is what was found; what the handlers sent when they had done it comes last. */
export function photosOf(steps: readonly CaseStep[]): CasePhoto[] {
  const done = steps.findLastIndex(({ kind }) => kind === 'resolve' || kind === 'self-handle')
  return steps.flatMap((step, at) =>
    step.evidence
      .filter(({ kind }) => kind === 'photo')
      .map((piece) => ({ piece, step, isAfter: done >= 0 && at >= done })),
  )
}

/** Where a case of a patrol was seen. */
export interface FoundBy {
  cameraId: string
  preset: PatrolStop['preset']
}

/** Null: it came from no walk that this workstation knows. The preset is that of the stop as the route is now; null when it is gone. */
export function foundBy(
  caseId: string,
  walks: readonly Pick<WalkRow, 'routeId' | 'done'>[],
  routes: readonly { id: string; body: Pick<PatrolRoute, 'stops'> }[],
): FoundBy | null {
  for (const { routeId, done } of walks) {
    const stop = done.find((one) => one.caseId === caseId)
    if (!stop) continue
    const now = routes.find(({ id }) => id === routeId)?.body.stops.find(({ id }) => id === stop.stopId)
    return { cameraId: stop.cameraId, preset: now?.cameraId === stop.cameraId ? now.preset : null }
  }
  return null
}

export interface CheckCamera {
  id: string
  /** Null: it found the case, and how far it stands is not known. */
  metres: number | null
  hasFound: boolean
  isTowards: true | null
}

/** The camera that found it first: the same view tells most. */
export function camerasFor(offer: CheckOffer | undefined, found: FoundBy | null): CheckCamera[] {
  const offered: CheckCamera[] = (offer?.cameras ?? []).map((camera) => ({
    ...camera,
    hasFound: camera.id === found?.cameraId,
  }))
  if (found && !offered.some(({ hasFound }) => hasFound))
    offered.unshift({ id: found.cameraId, metres: null, isTowards: null, hasFound: true })
  return offered.toSorted((one, other) => Number(other.hasFound) - Number(one.hasFound))
}

/** Together with what native adds it stays below what a reason may hold. */
export const mostRemark = 150

/** What stands in the case's file; also the reason of the picture where its owner asks for one. */
export function remarkOf(verdict: Verdict, said: string): string {
  const head = verdict === 'check-pass' ? '视频核查通过' : '视频核查不通过'
  return said.trim() === '' ? head : `${head}：${said.trim()}`
}

export const isSayingEnough = (verdict: Verdict, said: string): boolean =>
  verdict === 'check-pass' || said.trim().length >= 2
