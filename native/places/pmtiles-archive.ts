/** A base map in one local file: a PMTiles archive (specification version 3), read where a tile lies and nowhere else. */
import { type FileHandle, open } from 'node:fs/promises'
import { promisify } from 'node:util'
import { brotliDecompress, gunzip, zstdDecompress } from 'node:zlib'
import { Compression, type Header, PMTiles, ResolvedValueCache, type Source, TileType } from 'pmtiles'
import { z } from 'zod'
import { StartFailure } from '../start-failure.ts'

export interface PmtilesArchive {
  tiles: 'pictures' | 'vector'
  minLevel: number
  maxLevel: number
  /** Without markup; empty when the archive names none. */
  attribution: string
  /** Null where the archive has none. Rejects when the file is damaged there. */
  tile(level: number, column: number, row: number, signal?: AbortSignal): Promise<{ type: string; data: Buffer } | null>
  close(): Promise<void>
}

const types = new Map<TileType, string>([
  [TileType.Mvt, 'application/vnd.mapbox-vector-tile'],
  [TileType.Png, 'image/png'],
  [TileType.Jpeg, 'image/jpeg'],
  [TileType.Webp, 'image/webp'],
  [TileType.Avif, 'image/avif'],
])

/** What a tile or a directory may be at most, as it lies in the file and unpacked. */
const mostBytes = 8_000_000
/** Header and root directory come with the first read, which may be longer than a small file. */
const firstRead = 16_384
const deepestLevel = 24

/** Throws `StartFailure` when the file cannot be read or is not an archive whose tiles can be drawn. */
export async function openPmtiles(file: string): Promise<PmtilesArchive> {
  const handle = await open(file).catch((error: NodeJS.ErrnoException) => {
    throw refusal(file, `无法读取（${error.code}）`, `cannot be read (${error.code})`, error)
  })
  try {
    const { size } = await handle.stat()
    const archive = new PMTiles(sourceOf(handle, size), new ResolvedValueCache(64, false, unpack), unpack)
    const header = await archive.getHeader().catch((error: unknown) => {
      throw refusal(
        file,
        '不是 PMTiles 文件（第 3 版），或已损坏',
        'is not a PMTiles (version 3) archive, or is damaged',
        error,
      )
    })
    checkHeader(file, header, size)
    return archiveOf(archive, header, await readAttribution(archive), handle)
  } catch (error) {
    await handle.close()
    throw error
  }
}

function archiveOf(archive: PMTiles, header: Header, attribution: string, handle: FileHandle): PmtilesArchive {
  const type = types.get(header.tileType) ?? ''
  return {
    tiles: header.tileType === TileType.Mvt ? 'vector' : 'pictures',
    minLevel: header.minZoom,
    maxLevel: Math.min(header.maxZoom, deepestLevel),
    attribution,
    async tile(level, column, row, signal) {
      if (Math.max(column, row) >= 2 ** level) return null
      const found = await archive.getZxy(level, column, row, signal)
      return found ? { type, data: Buffer.from(found.data) } : null
    },
    close: () => handle.close(),
  }
}

/** Says what is wrong before anybody looks at an empty map. */
function checkHeader(file: string, header: Header, size: number): void {
  if (!types.has(header.tileType)) {
    const [chinese, english] = ['里是不认识的瓦片类型', 'holds tiles of an unknown type']
    throw refusal(file, `${chinese}（${header.tileType}）`, `${english} (${header.tileType})`)
  }
  const ends = [
    header.rootDirectoryOffset + header.rootDirectoryLength,
    header.jsonMetadataOffset + header.jsonMetadataLength,
    header.leafDirectoryOffset + (header.leafDirectoryLength ?? 0),
    header.tileDataOffset + (header.tileDataLength ?? 0),
  ]
  if (ends.some((end) => end > size)) throw refusal(file, '不完整，请重新复制', 'is incomplete, copy it again')
  if (header.specVersion !== 3 || header.minZoom > header.maxZoom || header.minZoom > deepestLevel) {
    throw refusal(file, '的文件头有误', 'has a header that makes no sense')
  }
}

function refusal(file: string, chinese: string, english: string, cause?: unknown): StartFailure {
  return new StartFailure('configuration', `底图文件 ${file} ${chinese}`, `the base map ${file} ${english}`, cause)
}

/** Positioned reads; what would lie beyond the end is an error, not a short answer. */
function sourceOf(handle: FileHandle, size: number): Source {
  return {
    getKey: () => 'base map',
    async getBytes(offset, length, signal) {
      signal?.throwIfAborted()
      const wanted = offset === 0 && length === firstRead ? Math.min(length, size) : length
      if (wanted > mostBytes || offset + wanted > size)
        throw new Error(`${wanted} bytes at ${offset} are not in the file`)
      const { bytesRead, buffer } = await handle.read(Buffer.alloc(wanted), 0, wanted, offset)
      if (bytesRead < wanted) throw new Error('the file has become shorter')
      return { data: exactly(buffer) }
    },
  }
}

const unpackers = {
  [Compression.Gzip]: promisify(gunzip),
  [Compression.Brotli]: promisify(brotliDecompress),
  [Compression.Zstd]: promisify(zstdDecompress),
} as const

async function unpack(packed: ArrayBuffer, compression: Compression): Promise<ArrayBuffer> {
  if (compression === Compression.None || compression === Compression.Unknown) return packed
  return exactly(await unpackers[compression](packed, { maxOutputLength: mostBytes }))
}

function exactly({ buffer, byteOffset, byteLength }: Buffer): ArrayBuffer {
  return (buffer as ArrayBuffer).slice(byteOffset, byteOffset + byteLength)
}

const metadata = z.object({ attribution: z.string().max(2_000).default('') })

/** An archive without it, or with one that cannot be read, is still a map. */
async function readAttribution(archive: PMTiles): Promise<string> {
  const known = metadata.safeParse(await archive.getMetadata().catch(() => null))
  if (!known.success) return ''
  // It is often a link in HTML; shown is its text.
  const text = known.data.attribution.replace(/<[^<>]*>/g, '').replaceAll('&copy;', '©')
  return text.trim().slice(0, 100)
}
