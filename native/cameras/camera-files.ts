/** The community's cameras as a file, CSV or GeoJSON (RFC 7946): written, and read into what would be changed or what is wrong with it. */
import type { CameraFileComplaint, CameraFileFormat, CameraFileProblem, OwnCamera } from '../contract/own-camera.ts'
import { csvMark, readCsv, writeCsvLine } from './csv.ts'

/** A camera as a file has it: text under the names of its columns. */
export interface FileRow {
  line: number
  fields: Partial<Record<Column, string>>
}
export type ReadFile = { rows: FileRow[] } | { complaint: CameraFileComplaint }

/** What stands at the head of a column; both languages are read. */
export const columns = {
  device_code: '设备编码',
  name: '名称',
  place: '位置',
  longitude: '经度',
  latitude: '纬度',
  heading: '朝向',
  grid_code: '网格编码',
  steerable: '云台',
  source_kind: '接入方式',
  main_url: '主码流地址',
  sub_url: '子码流地址',
  user: '用户名',
  password: '密码',
} as const
export type Column = keyof typeof columns
const columnNames = Object.keys(columns) as Column[]
/** Without these a line says nothing. */
const needed: readonly Column[] = ['device_code', 'name', 'longitude', 'latitude', 'source_kind', 'main_url']

export function writeCameraFile(format: CameraFileFormat, cameras: readonly OwnCamera[]): string {
  const rows = cameras.map(fieldsOf)
  if (format === 'csv') {
    const head = columnNames.map((name) => columns[name])
    return csvMark + [head, ...rows.map((fields) => columnNames.map((name) => fields[name]))].map(writeCsvLine).join('')
  }
  const features = cameras.map((camera, at) => {
    const { longitude, latitude } = camera
    const elsewhere = ['longitude', 'latitude', 'user', 'password']
    const properties = Object.fromEntries(Object.entries(rows[at]!).filter(([name]) => !elsewhere.includes(name)))
    const coordinates = [longitude, latitude]
    return { type: 'Feature', geometry: { type: 'Point', coordinates }, properties }
  })
  return `${JSON.stringify({ type: 'FeatureCollection', features }, null, 1)}\n`
}

/** Credentials stay here: their columns are empty. */
function fieldsOf(camera: OwnCamera): Record<Column, string> {
  const { source } = camera
  const [main, sub] =
    source.kind === 'rtsp'
      ? [source.mainUrl, source.subUrl ?? '']
      : [source.kind === 'onvif' ? source.deviceUrl : source.url, '']
  return {
    device_code: camera.deviceCode,
    name: camera.name,
    place: camera.place,
    longitude: String(camera.longitude),
    latitude: String(camera.latitude),
    heading: camera.heading === null ? '' : String(camera.heading),
    grid_code: camera.gridCode,
    steerable: camera.steerable ? '是' : '否',
    source_kind: source.kind,
    main_url: main,
    sub_url: sub,
    user: '',
    password: '',
  }
}

export function readCameraFile(format: CameraFileFormat, text: string): ReadFile {
  return format === 'csv' ? readTable(text) : readFeatures(text)
}

const refuse = (line: number, problem: CameraFileProblem, field: string | null = null): ReadFile => ({
  complaint: { line, field, problem },
})

function readTable(text: string): ReadFile {
  const [head, ...lines] = readCsv(text) ?? []
  if (!head) return refuse(0, 'file')
  const found = head.cells.map((cell) => columnOf(cell))
  const missing = needed.find((name) => !found.includes(name))
  if (missing) return refuse(head.line, 'columns', missing)
  const repeated = found.find((name, at) => name !== null && found.indexOf(name) !== at)
  if (repeated) return refuse(head.line, 'columns', repeated)
  const rows = lines.map(({ line, cells }) => {
    const fields: FileRow['fields'] = {}
    for (const [at, name] of found.entries()) if (name) fields[name] = (cells[at] ?? '').trim()
    return { line, fields }
  })
  return { rows }
}

function columnOf(head: string): Column | null {
  const wanted = head.trim().toLowerCase()
  return columnNames.find((name) => name === wanted || columns[name] === wanted) ?? null
}

function readFeatures(text: string): ReadFile {
  let document: unknown
  try {
    document = JSON.parse(text.replace(/^\uFEFF/, ''))
  } catch {
    return refuse(0, 'file')
  }
  const features = part(document, 'features')
  if (part(document, 'type') !== 'FeatureCollection' || !Array.isArray(features)) return refuse(0, 'file')
  return { rows: features.map((feature, at) => ({ line: at + 1, fields: featureFields(feature) })) }
}

function featureFields(feature: unknown): FileRow['fields'] {
  const properties = part(feature, 'properties')
  const fields: FileRow['fields'] = {}
  for (const name of columnNames) {
    const value = part(properties, name)
    if (['string', 'number', 'boolean'].includes(typeof value)) fields[name] = String(value).trim()
  }
  const geometry = part(feature, 'geometry')
  const place = part(geometry, 'type') === 'Point' ? part(geometry, 'coordinates') : null
  if (Array.isArray(place)) Object.assign(fields, { longitude: String(place[0]), latitude: String(place[1]) })
  return fields
}

function part(value: unknown, name: string): unknown {
  return typeof value === 'object' && value !== null && Object.hasOwn(value, name)
    ? (value as Record<string, unknown>)[name]
    : undefined
}
