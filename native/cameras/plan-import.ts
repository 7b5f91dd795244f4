/** Decides what a file of cameras would change, or what is wrong with which line of it. */
import {
  type CameraFileComplaint,
  type CameraFileLine,
  type CameraFileProblem,
  mostOwnCameras,
  type OwnCamera,
  type OwnCameraInput,
  ownCameraInput,
} from '../contract/own-camera.ts'
import type { Column, FileRow } from './camera-files.ts'
import type { Planned } from './own-cameras.ts'

export interface ImportPlan {
  planned: Planned[]
  added: number
  changed: number
  unchanged: number
  complaints: CameraFileComplaint[]
  lines: CameraFileLine[]
}

/** More than this helps nobody; of lines that are shown as well. */
export const mostComplaints = 200

/** `own`: what is here; `shared`: device codes of the hub's cameras, which are not the community's to describe. */
export function planImport(
  rows: readonly FileRow[],
  own: readonly OwnCamera[],
  shared: ReadonlySet<string>,
): ImportPlan {
  const plan: ImportPlan = { planned: [], added: 0, changed: 0, unchanged: 0, complaints: [], lines: [] }
  const complain = (line: number, problem: CameraFileProblem, field: Column | null = null) =>
    void (plan.complaints.length < mostComplaints && plan.complaints.push({ line, field, problem }))
  const known = new Map(own.map((camera) => [camera.deviceCode, camera]))
  const seen = new Set<string>()
  for (const { line, fields } of rows) {
    const read = readInput(fields)
    if ('problem' in read) {
      complain(line, read.problem, read.field)
      continue
    }
    const { input } = read
    if (seen.has(input.deviceCode)) complain(line, 'repeated', 'device_code')
    else if (shared.has(input.deviceCode)) complain(line, 'shared', 'device_code')
    seen.add(input.deviceCode)
    const before = known.get(input.deviceCode)
    const differing = before ? differences(before, input) : null
    if (differing?.length === 0) {
      plan.unchanged += 1
      continue
    }
    const { deviceCode, name } = input
    if (plan.lines.length < mostComplaints) plan.lines.push({ line, deviceCode, name, differing })
    plan.planned.push({ cameraId: before?.id ?? null, input })
    if (before) plan.changed += 1
    else plan.added += 1
  }
  if (own.length + plan.added > mostOwnCameras) complain(0, 'too-many')
  return plan
}

const yes = ['是', 'true', 'yes', '1']
const no = ['否', 'false', 'no', '0', '']
const numeric = /^-?\d+(\.\d+)?$/

type Read = { input: OwnCameraInput } | { problem: CameraFileProblem; field: Column | null }

function readInput(fields: FileRow['fields']): Read {
  const text = (name: Column) => fields[name] ?? ''
  const gap = (['device_code', 'name', 'longitude', 'latitude', 'source_kind', 'main_url'] as const).find(
    (name) => text(name) === '',
  )
  if (gap) return { problem: 'missing', field: gap }
  const unreadable = (['longitude', 'latitude', 'heading'] as const).find(
    (name) => text(name) !== '' && !numeric.test(text(name)),
  )
  if (unreadable) return { problem: 'value', field: unreadable }
  const turns = text('steerable').toLowerCase()
  if (!yes.includes(turns) && !no.includes(turns)) return { problem: 'value', field: 'steerable' }
  if (text('user') === '' && text('password') !== '') return { problem: 'missing', field: 'user' }
  const parsed = ownCameraInput.safeParse({
    deviceCode: text('device_code'),
    name: text('name'),
    place: text('place'),
    longitude: Number(text('longitude')),
    latitude: Number(text('latitude')),
    heading: text('heading') === '' ? null : Number(text('heading')),
    gridCode: text('grid_code'),
    steerable: yes.includes(turns),
    source: sourceOf(text('source_kind').toLowerCase(), text('main_url'), text('sub_url')),
    credentials: text('user') === '' ? 'keep' : { user: text('user'), password: text('password') },
  })
  if (parsed.success) return { input: parsed.data }
  const [issue] = parsed.error.issues
  return { problem: problemOf(issue?.path[0], issue?.message), field: columnOf(issue?.path ?? []) }
}

function sourceOf(kind: string, main: string, sub: string): Record<string, string | null> {
  if (kind === 'rtsp') return { kind, mainUrl: main, subUrl: sub === '' ? null : sub }
  return kind === 'onvif' ? { kind, deviceUrl: main } : { kind, url: main }
}

function problemOf(part: PropertyKey | undefined, message: string | undefined): CameraFileProblem {
  if (part === 'deviceCode') return 'device-code'
  return part === 'source' && message === 'credentials' ? 'credentials' : 'value'
}

function columnOf(path: readonly PropertyKey[]): Column | null {
  const [part, inner] = path
  if (part === 'source') {
    if (inner === 'kind') return 'source_kind'
    return inner === 'subUrl' ? 'sub_url' : 'main_url'
  }
  if (part === 'credentials') return 'user'
  const named: Record<string, Column> = { deviceCode: 'device_code', gridCode: 'grid_code' }
  return named[String(part)] ?? (typeof part === 'string' ? (part as Column) : null)
}

/** Empty: all is as it stands. An account that is given counts as another one: what is sealed is not compared. */
function differences(before: OwnCamera, { credentials, ...input }: OwnCameraInput): (keyof OwnCameraInput)[] {
  const names = Object.keys(input) as (keyof typeof input)[]
  const differing = names.filter((name) => JSON.stringify(before[name]) !== JSON.stringify(input[name]))
  return credentials === 'keep' ? differing : [...differing, 'credentials']
}
