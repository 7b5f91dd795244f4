/** Chapter 11: evidence, by tus 1.0 and plain HTTPS. The kit leaves two files of about a thousand bytes behind. */
import { createHash, randomBytes, randomUUID } from 'node:crypto'
import type { IncomingHttpHeaders } from 'node:http'
import { request } from 'node:https'
import { openDesk } from './desk.ts'
import type { Line } from './line.ts'
import { brief, must, NotSeen, type Rule, rule } from './rule.ts'
import type { Target } from './wire.ts'

interface Answer {
  status: number
  headers: IncomingHttpHeaders
  body: Buffer
}
interface Asked {
  method: string
  path: string
  headers?: Record<string, string | number>
  body?: Buffer
}
type Caller = Pick<Target, 'workstation' | 'token'>

function ask(target: Target, { method, path, headers = {}, body }: Asked, caller: Caller = target): Promise<Answer> {
  const trust = { ...(target.ca === null ? {} : { ca: target.ca }), rejectUnauthorized: !target.isUnverified }
  const identity = { authorization: `Bearer ${caller.token}`, 'x-workstation': caller.workstation }
  const length = { 'content-length': body?.length ?? 0 }
  return new Promise((resolve, reject) => {
    const options = { ...trust, method, headers: { ...identity, 'tus-resumable': '1.0.0', ...length, ...headers } }
    const sent = request(new URL(path, target.url), options, (response) => {
      const parts: Buffer[] = []
      response.on('data', (part: Buffer) => parts.push(part))
      response.once('error', reject)
      response.once('end', () =>
        resolve({ status: response.statusCode ?? 0, headers: response.headers, body: Buffer.concat(parts) }),
      )
    })
    sent.setTimeout(target.patienceMs, () => sent.destroy(new Error(`${method} ${path} was not answered`)))
    sent.once('error', reject)
    sent.end(body)
  })
}

const uploads = '/evidence/uploads'
const content = randomBytes(1000)
const digest = (bytes: Buffer) => createHash('sha256').update(bytes).digest('hex')

/** Opens an upload; answers its path. */
async function create({ target }: Line, id: string, changes: { length?: number; sha256?: string } = {}) {
  const { length = content.length, sha256 = digest(content) } = changes
  const metadata = Object.entries({
    id,
    name: '检查.bin',
    kind: 'photo',
    type: 'image/png',
    sha256,
    caseId: 'conformance',
  })
  const encoded = metadata.map(([name, value]) => `${name} ${Buffer.from(value).toString('base64')}`).join(',')
  const headers = { 'upload-length': length, 'upload-metadata': encoded }
  const answer = await ask(target, { method: 'POST', path: uploads, headers })
  return { answer, path: new URL(answer.headers.location ?? `${uploads}/${id}`, new URL(uploads, target.url)).pathname }
}
const send = ({ target }: Line, path: string, offset: number, body: Buffer) =>
  ask(target, {
    ...{ method: 'PATCH', path, body },
    headers: { 'upload-offset': offset, 'content-type': 'application/offset+octet-stream' },
  })

/** Whole and verified; answers its id. */
async function upload(line: Line): Promise<string> {
  const id = `conformance-${randomUUID()}`
  const { answer, path } = await create(line, id)
  must(answer.status === 201, `an upload was answered ${answer.status}`)
  const sent = await send(line, path, 0, content)
  must(sent.status === 204, `its content was answered ${sent.status}`)
  return id
}

async function checkNotWaited(line: Line): Promise<void> {
  const desk = await openDesk(line)
  const caseId = await desk.report()
  const evidence = [
    { id: `conformance-${randomUUID()}`, kind: 'photo' as const, name: '未到.png', bytes: 9, sha256: digest(content) },
  ]
  const { opId } = await desk.take(caseId, 'remark', { evidence })
  const step = (await desk.changesOf(caseId)).flatMap(({ put }) => put.steps).find(({ id }) => id === opId)
  must(JSON.stringify(step?.evidence) === JSON.stringify(evidence), `the step’s evidence is ${brief(step?.evidence)}`)
}

const offsetAt = async ({ target }: Line, path: string) => {
  const { status, headers } = await ask(target, { method: 'HEAD', path })
  must(
    status === 200 && headers['upload-offset'] === '400',
    `after 400 bytes HEAD says ${status}, ${headers['upload-offset']}`,
  )
}

async function checkResumed(line: Line, between: () => Promise<unknown>): Promise<void> {
  const id = `conformance-${randomUUID()}`
  const { path } = await create(line, id)
  await send(line, path, 0, content.subarray(0, 400))
  await between()
  await offsetAt(line, path)
  const rest = await send(line, path, 400, content.subarray(400))
  must(rest.status === 204, `the rest was answered ${rest.status}`)
  const { body } = await ask(line.target, { method: 'GET', path: `/evidence/files/${id}` })
  must(body.equals(content), 'what was sent in two parts is not what was sent')
}

async function checkDigest(line: Line): Promise<void> {
  const id = `conformance-${randomUUID()}`
  const { path } = await create(line, id, { sha256: digest(Buffer.from('something else')) })
  const { status } = await send(line, path, 0, content)
  must(status === 460, `content with another checksum was answered ${status}`)
  const file = await ask(line.target, { method: 'HEAD', path: `/evidence/files/${id}` })
  must(file.status === 404, `its file was answered ${file.status}`)
  const left = await ask(line.target, { method: 'HEAD', path })
  must(left.status === 404 || left.status === 410, `its upload was answered ${left.status}`)
}

async function checkFile(line: Line): Promise<void> {
  const { target } = line
  const path = `/evidence/files/${await upload(line)}`
  for (const method of ['HEAD', 'GET']) {
    const { status, headers, body } = await ask(target, { method, path })
    must(status === 200 && headers['content-length'] === '1000', `${method} was answered ${status}`)
    must(method === 'HEAD' || body.equals(content), 'GET brought something else')
    const stranger = await ask(
      target,
      { method, path },
      { workstation: target.workstation, token: 'not-the-right-token' },
    )
    must(stranger.status === 401, `a wrong token was answered ${stranger.status}`)
    const nothing = await ask(target, { method, path: '/evidence/files/conformance-nothing' })
    must(nothing.status === 404, `evidence that is not there was answered ${nothing.status}`)
  }
}

async function checkElsewhere(line: Line): Promise<void> {
  const [here, elsewhere] = [await line.connect(), await line.connectSecond()]
  if (brief(here.welcome['subCenter']) === brief(elsewhere.welcome['subCenter']))
    throw new NotSeen('the second workstation is of the same sub-center')
  const path = `/evidence/files/${await upload(line)}`
  const { status } = await ask(line.target, { method: 'GET', path }, line.extras.second ?? line.target)
  must(status === 404, `another sub-center’s evidence was answered ${status}`)
}

export const evidenceRules: readonly Rule[] = [
  rule('R-110', 'an operation may refer to evidence that has not arrived', ['person'], checkNotWaited),
  rule('R-111', 'an upload goes on where it stopped', [], (line) => checkResumed(line, async () => {})),
  rule('R-111', 'also after a restart', ['restart'], (line) => checkResumed(line, () => line.restart())),
  rule('R-112', 'another checksum is answered 460 and forgotten', [], checkDigest),
  rule('R-113', 'verified evidence is not taken again', [], async (line) => {
    const { status } = (await create(line, await upload(line))).answer
    must(status === 409, `a second upload was answered ${status}`)
  }),
  rule('R-114', 'verified evidence is served whole, everything else is 404', [], checkFile),
  rule('R-114', 'not to another sub-center', ['second'], checkElsewhere),
  rule('R-115', 'content is at most 200 MB', [], async (line) => {
    const { status } = (await create(line, `conformance-${randomUUID()}`, { length: 200_000_001 + 10_000_000 })).answer
    must(status >= 400 && status < 500, `an upload of 210 MB was answered ${status}`)
  }),
]
