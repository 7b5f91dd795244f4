/** Fetches evidence from the hub: sealed as it comes, and kept only when it is what the case says it is. */
import type { IncomingMessage } from 'node:http'
import { request } from 'node:https'
import type { Logger } from 'pino'
import type { Clock } from '../clock.ts'
import type { Evidence } from '../contract/case.ts'
import { mostEvidenceBytes, type Transfer } from '../contract/evidence.ts'
import { storageFailure } from '../database/failure.ts'
import { Fault } from '../fault.ts'
import { createEmitter, type Signal } from '../signal.ts'
import { type ContentType, contentTypeOf, tellingBytes } from './content-type.ts'
import type { EvidenceStore } from './evidence-store.ts'
import type { HubAccess } from './hub-access.ts'
import { diskFull } from './intake.ts'
import { newSealKey, type SealedFiles, type SealedWriter } from './sealed-files.ts'

export interface Downloads {
  /** Resolves when it is here and verified. Asked twice, it is fetched once. */
  fetch(caseId: string, piece: Evidence): Promise<void>
  transfers(): Transfer[]
  changed: Signal<void>
  close(): Promise<void>
}

export interface DownloadsOptions {
  files: SealedFiles
  store: EvidenceStore
  hub: HubAccess
  clock: Clock
  log: Logger
  /** All copies together. */
  mostKeptBytes: number
}

const stallMs = 15_000

export function createDownloads(options: DownloadsOptions): Downloads {
  const { files, store, hub, clock, log, mostKeptBytes } = options
  const underWay = new Map<string, { transfer: Transfer; done: Promise<void> }>()
  const changed = createEmitter<void>()
  const closing = new AbortController()

  async function bring(caseId: string, piece: Evidence, transfer: Transfer): Promise<void> {
    if (piece.bytes > mostEvidenceBytes)
      throw new Fault('invalid', `${piece.bytes} bytes are too many`, 'evidence-too-large')
    const response = await ask(hub, piece, closing.signal)
    const key = newSealKey()
    let writer: SealedWriter | null = null
    try {
      writer = await files.create(piece.id, key)
      const content = await write(response, writer, piece, (moved) => {
        transfer.moved = moved
        changed.emit()
      })
      const { sha256 } = await writer.end()
      if (sha256 !== piece.sha256) throw wrong(piece, `has the checksum ${sha256}`)
      store.add({ ...piece, caseId, type: content.type, key, state: 'kept' }, clock.now())
    } catch (error) {
      response.destroy()
      await writer?.abandon()
      throw error
    }
    store.evict(mostKeptBytes)
  }

  return {
    fetch(caseId, piece) {
      const asked = underWay.get(piece.id)
      if (asked) return asked.done
      const transfer: Transfer = {
        ...{ id: piece.id, caseId, name: piece.name, bytes: piece.bytes, moved: 0 },
        ...{ direction: 'down', state: 'moving', trouble: null },
      }
      const done = bring(caseId, piece, transfer)
        .catch((error: unknown) => {
          log.warn({ id: piece.id, error: String(error) }, 'evidence could not be fetched')
          throw asFault(error)
        })
        .finally(() => {
          underWay.delete(piece.id)
          changed.emit()
        })
      underWay.set(piece.id, { transfer, done })
      changed.emit()
      return done
    },
    transfers: () => [...underWay.values()].map(({ transfer }) => ({ ...transfer })),
    changed,
    async close() {
      closing.abort(new Fault('cancelled', 'the console is closing'))
      await Promise.allSettled([...underWay.values()].map(({ done }) => done))
    },
  }
}

const wrong = ({ id }: Evidence, how: string) => new Fault('conflict', `evidence ${id} ${how}`, 'evidence-checksum')

function ask(hub: HubAccess, { id }: Evidence, signal: AbortSignal): Promise<IncomingMessage> {
  return new Promise((resolve, reject) => {
    const { agent } = hub
    const asking = request(hub.addressOf(id), { agent, headers: { ...hub.headers }, signal, timeout: stallMs })
    asking.on('timeout', () => asking.destroy(new Fault('offline', 'the hub says nothing more', 'timeout')))
    asking.on('error', reject)
    asking.on('response', (response) => {
      if (response.statusCode === 200) return resolve(response)
      response.resume()
      const { statusCode } = response
      if (statusCode === 460) reject(new Fault('conflict', `the hub holds a broken ${id}`, 'evidence-checksum'))
      else if (statusCode === 404) reject(new Fault('not-found', `the hub does not have ${id} yet`))
      else reject(new Fault('offline', `the hub answered ${statusCode}`))
    })
    asking.end()
  })
}

/** Ends early when more comes than was announced, or when it is nothing that can be shown. */
async function write(
  response: IncomingMessage,
  writer: SealedWriter,
  piece: Evidence,
  onMoved: (bytes: number) => void,
): Promise<ContentType> {
  let [moved, beginning] = [0, Buffer.alloc(0)]
  for await (const part of response as AsyncIterable<Buffer>) {
    moved += part.length
    if (moved > piece.bytes) throw wrong(piece, 'is longer than it should be')
    if (beginning.length < tellingBytes) beginning = Buffer.concat([beginning, part])
    await writer.write(part)
    onMoved(moved)
  }
  if (moved < piece.bytes) throw wrong(piece, 'is shorter than it should be')
  const content = await contentTypeOf(beginning)
  if (!content) throw new Fault('invalid', `evidence ${piece.id} is nothing that can be shown`, 'evidence-type')
  return content
}

function asFault(error: unknown): unknown {
  if (error instanceof Fault) return error
  if (storageFailure(error) === 'full') return diskFull(error)
  return new Fault('offline', String(error), undefined, error)
}
