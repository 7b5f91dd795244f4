/** Writes small Mapbox Vector Tiles (specification 2.1), for tests. */
import { varint } from './varint.ts'

export interface VectorFeature {
  kind: 'point' | 'line' | 'polygon'
  /** Parts of x, y pairs in a tile of 4,096; rings are not closed. */
  parts: readonly (readonly (readonly [number, number])[])[]
  properties: Readonly<Record<string, string | number>>
}

export type VectorLayers = Readonly<Record<string, readonly VectorFeature[]>>

const extent = 4_096
const kinds = { point: 1, line: 2, polygon: 3 } as const

export function vectorTile(layers: VectorLayers): Buffer {
  return Buffer.from(Object.entries(layers).flatMap(([name, features]) => field(3, layer(name, features))))
}

function layer(name: string, features: readonly VectorFeature[]): number[] {
  const keys = [...new Set(features.flatMap(({ properties }) => Object.keys(properties)))]
  const values = [...new Set(features.flatMap(({ properties }) => Object.values(properties)))]
  return [
    ...[...number(15, 2), ...field(1, text(name))],
    ...features.flatMap((each) => field(2, feature(each, keys, values))),
    ...keys.flatMap((key) => field(3, text(key))),
    ...values.flatMap((value) => field(4, typeof value === 'string' ? field(1, text(value)) : number(5, value))),
    ...number(5, extent),
  ]
}

function feature({ kind, parts, properties }: VectorFeature, keys: string[], values: (string | number)[]): number[] {
  const tags = Object.entries(properties).flatMap(([key, value]) => [keys.indexOf(key), values.indexOf(value)])
  return [...field(2, tags.flatMap(varint)), ...number(3, kinds[kind]), ...field(4, geometry(kind, parts))]
}

/** Section 4.3: commands with counts, then zigzag differences. */
function geometry(kind: VectorFeature['kind'], parts: VectorFeature['parts']): number[] {
  let [x, y] = [0, 0]
  const numbers: number[] = []
  for (const part of parts) {
    part.forEach((point, index) => {
      if (index === 0) numbers.push(1 | (1 << 3))
      else if (index === 1) numbers.push(2 | ((part.length - 1) << 3))
      numbers.push(zigzag(point[0] - x), zigzag(point[1] - y))
      ;[x, y] = point
    })
    if (kind === 'polygon') numbers.push(7 | (1 << 3))
  }
  return numbers.flatMap(varint)
}

const zigzag = (value: number) => ((value << 1) ^ (value >> 31)) >>> 0
const text = (value: string) => [...Buffer.from(value)]
const number = (tag: number, value: number) => [...varint(tag << 3), ...varint(value)]
const field = (tag: number, bytes: readonly number[]) => [...varint((tag << 3) | 2), ...varint(bytes.length), ...bytes]
