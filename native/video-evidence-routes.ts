/** Answers the part of the contract that is about snapshots and clips as evidence. */
import type { Follow, Implementer, Parts } from './router.ts'
import { wholeState } from './topic.ts'

export function videoEvidenceRoutes(os: Implementer['videoEvidence'], parts: Parts, follow: Follow) {
  const { session, videoEvidence } = parts
  return {
    watch: os.watch.handler(({ signal }) =>
      follow(wholeState(videoEvidence.changed, videoEvidence.state), signal, session.scope()),
    ),
    snapshot: os.snapshot.handler(({ input }) => videoEvidence.snapshot(session.require(), input)),
    clip: os.clip.handler(({ input }) => videoEvidence.clip(session.require(), input)),
    attach: os.attach.handler(({ input }) => {
      videoEvidence.attach(session.require(), input)
      return null
    }),
    open: os.open.handler(({ input: { sequence, part } }) => videoEvidence.open(session.require(), sequence, part)),
    verify: os.verify.handler(({ input }) => videoEvidence.verify(session.require(), input.sequence)),
    export: os.export.handler(({ input }) => videoEvidence.export(session.require(), input.sequence)),
    knows: os.knows.handler(({ input: { sequence, hash } }) => ({ isKnown: videoEvidence.knows(sequence, hash) })),
  }
}
