/** Snapshots and clips as the page sees them: taken, attached to cases, read, checked. */
import { defineStore } from 'pinia'
import { computed, shallowRef } from 'vue'
import { recentHeaders, recentPath } from '../../native/contract/media-wire.ts'
import type {
  AttachRequest,
  ClipRequest,
  SnapshotRequest,
  Verification,
  VideoEvidenceState,
  VideoPiece,
} from '../../native/contract/video-evidence.ts'
import { FaultError } from '../link/faults.ts'
import { useLink } from '../link/link.ts'
import { createFollower } from './follower.ts'
import { readView } from './read-view.ts'

/** The last minute of a stream, to be looked at again. */
export interface Recent {
  content: Blob
  /** When its first and last picture were received, ms since 1970. */
  from: number
  to: number
}

/** A film on a poor line, or everything that was ever kept. */
const longLimitMs = 15 * 60_000

export const useVideoEvidenceStore = defineStore('video-evidence', () => {
  const link = useLink()
  const state = shallowRef<VideoEvidenceState | undefined>(undefined)
  const set = (next: VideoEvidenceState) => void (state.value = next)
  const follower = createFollower<VideoEvidenceState, VideoEvidenceState>({ onSnapshot: set, onDelta: set })

  return {
    /** Undefined until it is known. */
    pieces: computed(() => state.value?.pieces),
    loose: computed(() => (state.value?.pieces ?? []).filter(({ attached }) => attached === null)),
    records: computed(() => state.value?.records ?? 0),
    freshness: follower.freshness,
    open: () =>
      follower.start((following) =>
        link.follow((client, signal) => client.videoEvidence.watch(undefined, { signal }), following),
      ),
    close: follower.stop,
    // Faults of these as in the contract.
    snapshot: (request: SnapshotRequest): Promise<VideoPiece> =>
      link.call((client, signal) => client.videoEvidence.snapshot(request, { signal })),
    clip: (request: ClipRequest): Promise<VideoPiece> =>
      link.call((client, signal) => client.videoEvidence.clip(request, { signal })),
    attach: (request: AttachRequest): Promise<null> =>
      link.call((client, signal) => client.videoEvidence.attach(request, { signal })),
    verify: (sequence: number | null, signal: AbortSignal): Promise<Verification> =>
      link.call((client, limit) => client.videoEvidence.verify({ sequence }, { signal: limit }), {
        ...{ signal, limitMs: longLimitMs },
      }),
    knows: (sequence: number, hash: string): Promise<{ isKnown: boolean }> =>
      link.call((client, signal) => client.videoEvidence.knows({ sequence, hash }, { signal })),
    /** Says that it leaves the console. */
    export: (sequence: number): Promise<VideoPiece> =>
      link.call((client, signal) => client.videoEvidence.export({ sequence }, { signal })),

    /** The content, verified by native. */
    async read(sequence: number, part: 'file' | 'origin', signal: AbortSignal): Promise<Blob> {
      const view = await link.call(
        (client, limit) => client.videoEvidence.open({ sequence, part }, { signal: limit }),
        { signal, limitMs: longLimitMs },
      )
      return await readView(link, view, signal)
    },

    /** What was received of a watch between two instants. Faults: `forbidden` (nothing-kept), `not-found`. */
    async recent(watchId: string, from: number, to: number, signal: AbortSignal): Promise<Recent> {
      const { origin, token } = await link.call(
        (client, limit) => client.cameras.gateway(undefined, { signal: limit }),
        { signal },
      )
      const headers = { Authorization: `Bearer ${token}` }
      const response = await fetch(`${origin}${recentPath(watchId, from, to)}`, { headers, signal })
      if (response.status === 403) throw new FaultError({ code: 'forbidden', reason: 'nothing-kept' })
      if (!response.ok) throw new FaultError({ code: 'not-found', reason: null })
      const at = (name: string) => Number(response.headers.get(name))
      return { content: await response.blob(), from: at(recentHeaders.from), to: at(recentHeaders.to) }
    },
  }
})
