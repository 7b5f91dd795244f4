/** Brings what steps refer to up to the hub, one file at a time, until the hub has verified it; across cuts and restarts. */
import type { Logger } from 'pino'
import type { Clock } from '../clock.ts'
import type { Transfer } from '../contract/evidence.ts'
import type { HubLink } from '../hub/hub-link.ts'
import { createEmitter, type Signal } from '../signal.ts'
import type { EvidenceStore, StoredEvidence } from './evidence-store.ts'
import type { HubAccess } from './hub-access.ts'
import type { SealedFiles } from './sealed-files.ts'
import { tryUpload, UploadRefused } from './tus-upload.ts'

export interface Uploads {
  /** Something may wait. */
  poke(): void
  transfers(): Transfer[]
  changed: Signal<void>
  close(): Promise<void>
}

export interface UploadsOptions {
  files: SealedFiles
  store: EvidenceStore
  hub: HubAccess
  link: Pick<HubLink, 'welcomed'>
  /** The hub has it now. */
  onKept: () => void
  clock: Clock
  log: Logger
  firstRetryMs?: number
}

/** Tries in a row that brought nothing on; after that it waits for the next connection, or for a person. */
const mostTries = 6
const lastRetryMs = 30_000
/** Two workstations that bring the same carried file at once may spoil it for each other: what lies here was verified. */
const mostSpoiled = 3

export function createUploads(options: UploadsOptions): Uploads {
  const { files, store, hub, link, clock, log, firstRetryMs = 500 } = options
  const changed = createEmitter<void>()
  const closing = new AbortController()
  let wake: (() => void) | null = null
  let moving: { id: string; sent: number } | null = null
  let running = Promise.resolve()

  /** Once: throws when it failed. `moving.sent` says how far it got. */
  async function once(file: StoredEvidence, signal: AbortSignal): Promise<void> {
    moving = { id: file.id, sent: 0 }
    changed.emit()
    await tryUpload({
      ...{ file, files, hub, clock, signal },
      onUrl: (url) => store.setUploadUrl(file.id, url),
      onProgress(sent) {
        moving = { id: file.id, sent }
        changed.emit()
      },
    })
  }

  async function bring(id: string, signal: AbortSignal): Promise<void> {
    let best = 0
    let spoiled = 0
    for (let tries = 1; ; tries += 1) {
      const file = store.find(id)
      if (!file) return
      try {
        await once(file, signal)
        store.settle(id, 'kept', null)
        return options.onKept()
      } catch (error) {
        if (signal.aborted) return
        if (error instanceof UploadRefused) {
          spoiled += 1
          if (error.trouble !== 'checksum' || spoiled === mostSpoiled) return refuse(id, error)
          store.setUploadUrl(id, null)
        }
        const sent = moving?.sent ?? 0
        if (sent > best) tries = 1
        best = Math.max(best, sent)
        log.warn({ id, tries, error: String(error) }, 'evidence could not be sent; trying again')
        if (tries >= mostTries) return store.settle(id, 'failed', 'offline')
        store.settle(id, 'waiting', 'offline')
      }
      changed.emit()
      const waitMs = Math.min(firstRetryMs * 2 ** (tries - 1), lastRetryMs)
      // Whoever met another one does not come at the same moment again.
      await clock.sleep(spoiled > 0 ? Math.round(waitMs * (1 + Math.random())) : waitMs, signal).catch(() => undefined)
      if (signal.aborted) return
    }
  }

  function refuse(id: string, { trouble, message }: UploadRefused): void {
    log.error({ id, trouble, message }, 'the hub does not take evidence')
    store.setUploadUrl(id, null)
    store.settle(id, 'failed', trouble)
  }

  async function work(signal: AbortSignal): Promise<void> {
    while (!signal.aborted) {
      const woken = new Promise<void>((resolve) => (wake = resolve))
      const next = store.unsent().find(({ state }) => state === 'waiting')
      if (next) {
        await bring(next.id, signal)
        moving = null
        changed.emit()
      } else await woken
    }
  }

  const stop = link.welcomed.subscribe(({ signal }) => {
    const ended = AbortSignal.any([signal, closing.signal])
    ended.addEventListener('abort', () => wake?.(), { once: true })
    // A connection that replaces another waits until the work of that one has stopped.
    running = running
      .then(() => {
        store.retry('offline')
        return work(ended)
      })
      .catch((error: unknown) =>
        log.error({ error: String(error) }, 'sending evidence ended until the next connection'),
      )
  })
  return {
    poke() {
      wake?.()
      changed.emit()
    },
    transfers: () => store.unsent().map((file) => asTransfer(file, moving)),
    changed,
    async close() {
      stop()
      closing.abort()
      await running
    },
  }
}

function asTransfer(file: StoredEvidence, moving: { id: string; sent: number } | null): Transfer {
  const { id, caseId, name, bytes, trouble, state } = file
  const isMoving = moving?.id === id
  return {
    ...{ id, caseId: caseId ?? '', name, bytes, trouble, direction: 'up' },
    moved: isMoving ? moving.sent : 0,
    state: isMoving ? 'moving' : state === 'failed' ? 'failed' : 'waiting',
  }
}
