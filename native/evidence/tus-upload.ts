/** One try to bring a sealed file to the hub by tus 1.0: goes on where the hub has got to. */
import { request } from 'node:https'
import { DefaultHttpStack, DetailedError, Upload } from 'tus-js-client'
import type { Clock } from '../clock.ts'
import { Fault } from '../fault.ts'
import type { StoredEvidence } from './evidence-store.ts'
import type { HubAccess } from './hub-access.ts'
import type { SealedFiles } from './sealed-files.ts'

export interface UploadTry {
  file: StoredEvidence
  files: SealedFiles
  hub: HubAccess
  clock: Clock
  signal: AbortSignal
  onUrl: (url: string) => void
  onProgress: (sentBytes: number) => void
}

/** Asked again it would be the same: `checksum`, or another no of the hub. */
export class UploadRefused extends Error {
  override name = 'UploadRefused'
  readonly trouble: 'refused' | 'checksum'
  constructor(trouble: 'refused' | 'checksum', message: string) {
    super(message)
    this.trouble = trouble
  }
}

/** The hub may have more than this workstation remembers, as after a backup was put back. */
class AlreadyThere extends Error {}

/** Bytes of one request. */
const chunkBytes = 4 * 1024 * 1024
const stallMs = 30_000
const answerMs = 15_000
/** What the hub answers when the content is not what was announced. */
const checksumStatus = 460

/** Resolves when the hub has the whole file and has verified it. */
export async function tryUpload(upload: UploadTry): Promise<void> {
  await send(upload).catch((error: unknown) => {
    if (!(error instanceof AlreadyThere)) throw error
  })
  const status = await askStatus(upload)
  if (status === 200) return
  if (status === checksumStatus) throw new UploadRefused('checksum', 'the hub found another checksum')
  throw new Fault('offline', `the hub answers ${status} for what was sent`)
}

async function send({ file, files, hub, clock, signal, onUrl, onProgress }: UploadTry): Promise<void> {
  const { id, name, kind, sha256, bytes, caseId, type } = file
  const done = new AbortController()
  const ended = AbortSignal.any([signal, done.signal])
  let heard = 0
  try {
    await new Promise<void>((resolve, reject) => {
      const upload = new Upload(Buffer.alloc(0), {
        endpoint: hub.uploads,
        uploadUrl: file.uploadUrl,
        uploadSize: bytes,
        chunkSize: chunkBytes,
        metadata: { id, name, kind, sha256, type, caseId: caseId ?? '' },
        headers: { ...hub.headers },
        // Trying again is decided where the clock is.
        retryDelays: null,
        storeFingerprintForResuming: false,
        httpStack: new DefaultHttpStack({ agent: hub.agent }),
        fileReader: { openFile: () => Promise.resolve(sourceOf(file, files)) },
        onUploadUrlAvailable: () => upload.url !== null && onUrl(upload.url),
        onProgress(sent) {
          heard += 1
          onProgress(sent)
        },
        onSuccess: () => resolve(),
        onError: (error) => reject(explain(error)),
      })
      const stop = (reason: unknown) => {
        void upload.abort()
        reject(reason instanceof Error ? reason : new Fault('cancelled', 'the upload was stopped'))
      }
      ended.addEventListener('abort', () => stop(signal.reason), { once: true })
      void watchStall(clock, ended, () => heard).then((isStalled) => isStalled && stop(stalled()))
      upload.start()
    })
  } finally {
    done.abort()
  }
}

const stalled = () => new Fault('offline', `nothing moved for ${stallMs} ms`, 'timeout')

/** True when nothing was heard between two looks; false when it ended before. */
async function watchStall(clock: Clock, ended: AbortSignal, heard: () => number): Promise<boolean> {
  for (let before = -1; before !== heard();) {
    before = heard()
    await clock.sleep(stallMs, ended).catch(() => undefined)
    if (ended.aborted) return false
  }
  return true
}

function sourceOf(file: StoredEvidence, files: SealedFiles) {
  return {
    size: file.bytes,
    async slice(start: number, end: number) {
      const part = await files.read(file, start, end - start)
      // The library asks the value itself for its size, as of a Blob.
      return { value: Object.assign(part, { size: part.length }), done: start + part.length >= file.bytes }
    },
    close: () => undefined,
  }
}

function explain(error: Error): Error {
  const status = error instanceof DetailedError ? error.originalResponse?.getStatus() : undefined
  const cause = error instanceof DetailedError ? error.causingError : null
  if (cause?.name === 'SealBroken') return new UploadRefused('checksum', cause.message)
  if (status === checksumStatus) return new UploadRefused('checksum', 'the hub found another checksum')
  if (status === 409) return new AlreadyThere(error.message)
  // Others of 4xx end with a new upload (tus) or pass: 423 a lock, 429 haste.
  if (status === 400 || status === 401 || status === 403 || status === 413)
    return new UploadRefused('refused', `the hub answered ${status}`)
  return new Fault('offline', error.message, undefined, error)
}

function askStatus({ file, hub, signal }: UploadTry): Promise<number> {
  return new Promise((resolve, reject) => {
    const asking = request(hub.addressOf(file.id), {
      method: 'HEAD',
      agent: hub.agent,
      headers: { ...hub.headers },
      signal: AbortSignal.any([signal, AbortSignal.timeout(answerMs)]),
    })
    asking.on('response', (response) => {
      response.resume()
      resolve(response.statusCode ?? 0)
    })
    asking.on('error', (error) => reject(new Fault('offline', error.message, undefined, error)))
    asking.end()
  })
}
