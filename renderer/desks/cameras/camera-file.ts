/** Files of cameras as people have them: which format, which characters, and what an empty one looks like. Pure. */
import type { CameraFileFormat } from '../../../native/contract/own-camera.ts'

/** Larger than any that is taken in. */
export const mostFileBytes = 24_000_000

/** Null: neither of the two. */
export function formatOf(fileName: string): CameraFileFormat | null {
  if (/\.csv$/i.test(fileName)) return 'csv'
  return /\.(geojson|json)$/i.test(fileName) ? 'geojson' : null
}

export type FileEncoding = 'utf-8' | 'utf-16le' | 'gb18030'

/** Excel in China writes GB 18030 (GBK) unless told otherwise: what is no UTF-8 is that. */
export function decodeFile(bytes: Uint8Array): { text: string; encoding: FileEncoding } {
  const isWide = bytes[0] === 0xff && bytes[1] === 0xfe
  if (isWide) return { text: new TextDecoder('utf-16le').decode(bytes), encoding: 'utf-16le' }
  try {
    return { text: new TextDecoder('utf-8', { fatal: true }).decode(bytes), encoding: 'utf-8' }
  } catch {
    return { text: new TextDecoder('gb18030').decode(bytes), encoding: 'gb18030' }
  }
}

/** Columns as the native program writes them; a test holds the two together. */
const head = [
  ...['设备编码', '名称', '位置', '经度', '纬度', '朝向', '网格编码', '云台', '接入方式', '主码流地址', '子码流地址'],
  ...['用户名', '密码'],
]
const examples = [
  ['11011207001320000001', '村委会门口', '小堡村村委会', '116.7215', '39.9528', '90', '', '否', 'rtsp'],
  ['11011207001320000002', '文化广场', '小堡村文化广场', '116.7231', '39.9541', '', '', '是', 'onvif'],
]
const addresses = [
  ['rtsp://192.168.1.64/main', 'rtsp://192.168.1.64/sub', 'admin', ''],
  ['http://192.168.1.65/onvif/device_service', '', 'admin', ''],
]
const columns = [
  ...['device_code', 'name', 'place', 'longitude', 'latitude', 'heading', 'grid_code', 'steerable', 'source_kind'],
  ...['main_url', 'sub_url', 'user', 'password'],
]

/** With two cameras as an example; a table begins with a mark by which Excel knows its characters. */
export function templateOf(format: CameraFileFormat): string {
  const rows = examples.map((cells, at) => [...cells, ...(addresses[at] ?? [])])
  if (format === 'csv') return `\uFEFF${[head, ...rows].map((cells) => `${cells.join(',')}\r\n`).join('')}`
  const features = rows.map((cells) => {
    const properties = Object.fromEntries(columns.map((name, at) => [name, cells[at] ?? '']))
    const { longitude, latitude, ...others } = properties
    const geometry = { type: 'Point', coordinates: [Number(longitude), Number(latitude)] }
    return { type: 'Feature', geometry, properties: others }
  })
  return `${JSON.stringify({ type: 'FeatureCollection', features }, null, 1)}\n`
}
