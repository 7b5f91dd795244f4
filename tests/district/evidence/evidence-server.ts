/**
 * The hub's evidence: uploads by tus below `/evidence/uploads`, what is whole and verified at `/evidence/files/ID`.
 * A workstation proves itself with its token and sees its own sub-center's evidence only.
 */
import { createHash } from 'node:crypto'
import { createReadStream, existsSync, mkdirSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import type { IncomingMessage, ServerResponse } from 'node:http'
import { join } from 'node:path'
import { pipeline } from 'node:stream/promises'
import { FileStore } from '@tus/file-store'
import { Server, type ServerOptions } from '@tus/server'
import type { Logger } from 'pino'
import type { Evidence } from '../../../native/contract/case.ts'
import { mostEvidenceBytes } from '../../../native/contract/evidence.ts'
import type { SubCenterOf } from '../hub/handshake.ts'

export interface HubEvidence {
  /** Whether the request was one of these. */
  answer(request: IncomingMessage, response: ServerResponse): boolean
  /** As if somebody had sent it: a handset, a resident. */
  put(subCenter: string, piece: Pick<Evidence, 'id' | 'sha256'>, content: Uint8Array): void
  /** Where the content of a piece lies, for tests that spoil it. */
  pathOf(id: string): string
  isVerified(id: string): boolean
}

export interface HubEvidenceOptions {
  folder: string
  subCenterOf: SubCenterOf
  log: Logger
}

interface Mark {
  subCenter: string
  sha256: string
}

/** "Checksum Mismatch" of the tus protocol 1.0. */
const checksumMismatch = { status_code: 460, body: 'the content is not what was announced\n' }
const refuse = (status_code: number, body: string) => ({ status_code, body: `${body}\n` })
const idShape = /^[\w-]{1,64}$/

/** Makes no folder by itself: the library does that in the background, and throws where nobody can catch it. */
class FolderStore extends FileStore {}
Object.defineProperty(FolderStore.prototype, 'checkOrCreateDirectory', { value: () => undefined })

export function createHubEvidence({ folder, subCenterOf, log }: HubEvidenceOptions): HubEvidence {
  mkdirSync(folder, { recursive: true })
  const pathOf = (id: string) => join(folder, id)
  const markOf = (id: string) => join(folder, `${id}.verified`)
  const store = new FolderStore({ directory: folder })

  async function callerOf(headers: { get(name: string): string | null }): Promise<string> {
    const token = /^Bearer (\S+)$/.exec(headers.get('authorization') ?? '')?.[1] ?? ''
    const subCenter = await subCenterOf(headers.get('x-workstation') ?? '', token)
    if (subCenter === null) throw refuse(401, 'this workstation or its token is not known')
    return subCenter
  }

  function mark(id: string, what: Mark): void {
    writeFileSync(markOf(id), JSON.stringify(what))
    log.info({ id }, 'evidence is here and verified')
  }

  /** Compares what lies here with what was announced; what is wrong goes. */
  async function verify(id: string): Promise<Mark> {
    const { metadata } = await store.getUpload(id)
    const hash = createHash('sha256')
    for await (const part of createReadStream(pathOf(id))) hash.update(part as Buffer)
    if (hash.digest('hex') !== metadata?.['sha256']) {
      log.warn({ id }, 'evidence with a wrong checksum was refused')
      await store.remove(id)
      throw checksumMismatch
    }
    const what = { subCenter: metadata['subCenter'] ?? '', sha256: metadata['sha256'] }
    mark(id, what)
    return what
  }

  async function requireOwn(id: string, subCenter: string): Promise<void> {
    const upload = await store.getUpload(id).catch(() => null)
    if (upload && upload.metadata?.['subCenter'] !== subCenter) throw refuse(403, 'of another sub-center')
  }

  const hooks: Partial<ServerOptions> = {
    namingFunction(_request, metadata) {
      const id = metadata?.['id'] ?? ''
      if (!idShape.test(id)) throw refuse(400, 'an id is missing')
      return id
    },
    async onIncomingRequest(request, id) {
      if (request.method !== 'POST') await requireOwn(id, await callerOf(request.headers))
    },
    async onUploadCreate(request, { id, metadata = {} }) {
      const subCenter = await callerOf(request.headers)
      if (existsSync(markOf(id))) throw refuse(409, 'this evidence is here already')
      if (!/^[0-9a-f]{64}$/.test(metadata['sha256'] ?? '')) throw refuse(400, 'a checksum is missing')
      await requireOwn(id, subCenter)
      return { metadata: { ...metadata, subCenter } }
    },
    async onUploadFinish(_request, { id }) {
      await verify(id)
      return {}
    },
  }
  const path = '/evidence/uploads'
  let server: Server | null = null
  const tus = () =>
    (server ??= new Server({
      ...{ path, datastore: store, relativeLocation: true, maxSize: mostEvidenceBytes, ...hooks },
    }))

  /** What is whole but was not verified, because the hub ended in between, is verified now. */
  async function findMark(id: string): Promise<Mark | null> {
    if (existsSync(markOf(id))) return JSON.parse(readFileSync(markOf(id), 'utf8')) as Mark
    const upload = await store.getUpload(id).catch(() => null)
    return upload && upload.offset === upload.size ? await verify(id) : null
  }

  async function sendFile(id: string, request: IncomingMessage, response: ServerResponse): Promise<void> {
    const subCenter = await callerOf(new Headers(request.headers as Record<string, string>))
    const found = idShape.test(id) ? await findMark(id) : null
    if (found?.subCenter !== subCenter) throw refuse(404, 'no such evidence')
    const { size } = statSync(pathOf(id))
    response.writeHead(200, { 'content-type': 'application/octet-stream', 'content-length': size })
    if (request.method === 'HEAD') return void response.end()
    await pipeline(createReadStream(pathOf(id)), response)
  }

  return {
    answer(request, response) {
      const url = request.url ?? ''
      const file = /^\/evidence\/files\/([^/?]+)$/.exec(url)?.[1]
      if (file === undefined && !url.startsWith(path)) return false
      const answering = file === undefined ? tus().handle(request, response) : sendFile(file, request, response)
      answering.catch((error: { status_code?: number; body?: string }) => {
        if (response.headersSent) return response.destroy()
        response.writeHead(error.status_code ?? 500).end(error.body)
      })
      return true
    },
    put(subCenter, { id, sha256 }, content) {
      writeFileSync(pathOf(id), content)
      mark(id, { subCenter, sha256 })
    },
    pathOf,
    isVerified: (id) => existsSync(markOf(id)),
  }
}
