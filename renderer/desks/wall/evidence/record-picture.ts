/** Hands a shown picture over and has it recorded in the chain; with a case and a reason where its owner wants them first. */
import type { SnapshotRequest, VideoPiece } from '../../../../native/contract/video-evidence.ts'
import { useEvidenceStore } from '../../../stores/evidence.ts'
import { useVideoEvidenceStore } from '../../../stores/video-evidence.ts'
import type { ShownPicture } from './shown-picture.ts'

export type RecordPicture = (
  picture: ShownPicture,
  from: { watchId: string; cameraName: string },
  why: { reason: string; caseId: string; step?: SnapshotRequest['step'] } | null,
) => Promise<VideoPiece>

/** What it gives rejects with the faults of the contract, among them `forbidden` (snapshot-for-a-case). */
export function useRecordPicture(): RecordPicture {
  const evidence = useEvidenceStore()
  const store = useVideoEvidenceStore()
  return async ({ content, ...shown }, { watchId, cameraName }, why) => {
    const at = new Date(shown.receivedAt).toLocaleString('sv').replaceAll(':', '')
    const file = new File([content], `${cameraName} ${at}.png`, { type: 'image/png' })
    const { signal } = new AbortController()
    const { evidence: handed } = await evidence.handOver(file, { signal, onProgress: () => {} })
    return await store.snapshot({
      watchId,
      evidenceId: handed.id,
      ...shown,
      ...(why ?? { reason: null, caseId: null }),
    })
  }
}
