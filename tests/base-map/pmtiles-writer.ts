/** Writes a small PMTiles archive (specification version 3), for tests: whole, or with leaf directories, or wrong on purpose. */
import { gzipSync } from 'node:zlib'
import type { TileType } from 'pmtiles'
import { zxyToTileId } from 'pmtiles'
import { varint } from './varint.ts'

export interface PmtilesContent {
  tiles: readonly { level: number; column: number; row: number; data: Uint8Array }[]
  type: TileType
  /** Of directories, metadata and tiles; default false. */
  isPacked?: boolean
  /** Tiles stand in leaf directories of so many each; default: all in the root. */
  leafSize?: number
  metadata?: object
  /** Added to where the last entry of each directory says its tile lies. */
  wrongBy?: number
}

interface Entry {
  id: number
  offset: number
  length: number
  /** 0: it points to a leaf directory. */
  run: number
}

const headerBytes = 127

export function pmtilesArchive(content: PmtilesContent): Buffer {
  const { tiles, type, isPacked = false, leafSize = 0, metadata = {}, wrongBy = 0 } = content
  const pack = (bytes: Uint8Array) => (isPacked ? gzipSync(bytes) : Buffer.from(bytes))
  const sorted = tiles
    .map(({ level, column, row, data }) => ({ id: zxyToTileId(level, column, row), data: pack(data) }))
    .toSorted((one, other) => one.id - other.id)
  let offset = 0
  const entries = sorted.map(({ id, data }): Entry => {
    offset += data.length
    return { id, offset: offset - data.length, length: data.length, run: 1 }
  })
  const last = entries.at(-1)
  if (last) last.offset += wrongBy
  const [root, leaves] = directories(entries, leafSize, pack)
  const json = pack(Buffer.from(JSON.stringify(metadata)))
  const data = Buffer.concat(sorted.map((tile) => tile.data))
  const levels = tiles.map(({ level }) => level)
  const header = headerOf([root, json, leaves, data], entries.length, isPacked, type, levels)
  return Buffer.concat([header, root, json, leaves, data])
}

/** The root directory, and what leaf directories there are behind each other. */
function directories(entries: Entry[], leafSize: number, pack: (bytes: Uint8Array) => Buffer): [Buffer, Buffer] {
  if (leafSize === 0) return [pack(directory(entries)), Buffer.alloc(0)]
  const leaves: Buffer[] = []
  const root: Entry[] = []
  let offset = 0
  for (let from = 0; from < entries.length; from += leafSize) {
    const leaf = pack(directory(entries.slice(from, from + leafSize)))
    root.push({ id: entries[from]?.id ?? 0, offset, length: leaf.length, run: 0 })
    leaves.push(leaf)
    offset += leaf.length
  }
  return [pack(directory(root)), Buffer.concat(leaves)]
}

/** Section 4 of the specification: a column for each property, ids as differences, offsets plus one. */
function directory(entries: readonly Entry[]): Buffer {
  const columns = [
    entries.map(({ id }, index) => id - (entries[index - 1]?.id ?? 0)),
    entries.map(({ run }) => run),
    entries.map(({ length }) => length),
    entries.map(({ offset }) => offset + 1),
  ]
  return Buffer.from([entries.length, ...columns.flat()].flatMap(varint))
}

function headerOf(parts: Buffer[], count: number, isPacked: boolean, type: TileType, levels: number[]): Buffer {
  const header = Buffer.alloc(headerBytes)
  header.write('PMTiles', 0, 'latin1')
  header.writeUInt8(3, 7)
  let offset = headerBytes
  parts.forEach((part, index) => {
    header.writeBigUInt64LE(BigInt(offset), 8 + index * 16)
    header.writeBigUInt64LE(BigInt(part.length), 16 + index * 16)
    offset += part.length
  })
  for (const at of [72, 80, 88]) header.writeBigUInt64LE(BigInt(count), at)
  const compression = isPacked ? 2 : 1
  header.set([1, compression, compression, type, Math.min(...levels), Math.max(...levels)], 96)
  return header
}
