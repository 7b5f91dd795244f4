/** The base map beneath the grids: read or fetched here from the one configured place, never by the page. */
import type { Logger } from 'pino'
import type { Clock } from '../clock.ts'
import type { BaseMap, Tile, TileRequest } from '../contract/places.ts'
import { Fault } from '../fault.ts'
import type { MapConfiguration, ServedMap } from './map-configuration.ts'
import { openPmtiles } from './pmtiles-archive.ts'
import { createTileCache } from './tile-cache.ts'

export interface BaseMapService {
  /** Null when none is configured: then nothing is ever fetched. */
  describe(): BaseMap | null
  /** Faults: `not-found` (no such tile, none configured), `offline`. */
  tile(request: TileRequest, signal?: AbortSignal): Promise<Tile>
  close(): Promise<void>
}

export interface BaseMapOptions {
  configuration: MapConfiguration | null
  /** Where fetched tiles are kept. */
  cacheFolder: string
  /** What they may take there. */
  cacheBytes?: number
  clock: Clock
  log: Logger
}

const answerMs = 10_000
const maxTileBytes = 1_000_000
/** Some 15,000 tiles: a township at every level. */
const keptBytes = 256_000_000
const week = 7 * 86_400_000
/** After a failure, what is kept counts for this long: a dead line must not make every tile wait. */
const pauseMs = 30_000

/** Throws `StartFailure` when a local map cannot be drawn. */
export async function openBaseMap(options: BaseMapOptions): Promise<BaseMapService> {
  const { configuration } = options
  if (!configuration) return noMap
  if (configuration.kind === 'pmtiles') return await openFile(configuration, options.log)
  return openServed(configuration, options)
}

const noMap: BaseMapService = {
  describe: () => null,
  tile: () => Promise.reject(new Fault('not-found', 'no base map is configured')),
  close: () => Promise.resolve(),
}

async function openFile(
  { file, attribution }: Extract<MapConfiguration, { kind: 'pmtiles' }>,
  log: Logger,
): Promise<BaseMapService> {
  const archive = await openPmtiles(file)
  const { tiles, minLevel, maxLevel } = archive
  return {
    describe: () => ({
      ...{ projection: 'EPSG:3857', tiles, minLevel, maxLevel },
      attribution: attribution || archive.attribution,
    }),
    async tile({ level, column, row }, signal) {
      const tile = await archive.tile(level, column, row, signal).catch((error: unknown) => {
        signal?.throwIfAborted()
        log.warn({ level, column, row, error: String(error) }, 'a tile of the base map cannot be read')
        throw new Fault('not-found', 'the tile is damaged', undefined, error)
      })
      if (!tile) throw new Fault('not-found', 'the base map has no such tile')
      return { type: tile.type, data: tile.data.toString('base64'), cachedAt: null }
    },
    close: archive.close,
  }
}

function openServed(configuration: ServedMap, options: BaseMapOptions): BaseMapService {
  const { cacheFolder, cacheBytes = keptBytes, clock, log } = options
  const cache = createTileCache({ folder: cacheFolder, mostBytes: cacheBytes, clock, log })
  let failedAt = -Infinity

  return {
    describe() {
      const { minLevel, maxLevel, attribution } = configuration
      const projection = configuration.kind === 'wmts' ? configuration.projection : 'EPSG:3857'
      return { projection, tiles: 'pictures', minLevel, maxLevel, attribution }
    },
    async tile(request, signal) {
      const address = tileAddress(configuration, request)
      const kept = await cache.read(address)
      const age = clock.now() - (kept?.fetchedAt ?? 0)
      if (kept && age >= 0 && age < week) return answer(kept, null)
      if (kept && clock.now() - failedAt < pauseMs) return answer(kept, kept.fetchedAt)
      try {
        const fetched = await fetchTile(address, log, signal)
        failedAt = -Infinity
        await cache.write(address, fetched.type, fetched.data)
        return answer(fetched, null)
      } catch (error) {
        signal?.throwIfAborted()
        if (error instanceof Fault && error.code === 'offline') failedAt = clock.now()
        // An old map is better than none, as long as it says so.
        if (kept) return answer(kept, kept.fetchedAt)
        throw error
      }
    },
    close: () => Promise.resolve(),
  }
}

function answer({ type, data }: { type: string; data: Buffer }, cachedAt: number | null): Tile {
  return { type, data: data.toString('base64'), cachedAt }
}

async function fetchTile(address: string, log: Logger, signal?: AbortSignal): Promise<{ type: string; data: Buffer }> {
  const limit = AbortSignal.any([AbortSignal.timeout(answerMs), ...(signal ? [signal] : [])])
  const unreachable = (error: unknown): never => {
    if (error instanceof Fault) throw error
    log.info({ error: causeOf(error) }, 'the base map cannot be reached')
    throw new Fault('offline', 'the base map cannot be reached', undefined, error)
  }
  // A redirect would lead away from the place that was configured.
  const response = await fetch(address, { signal: limit, redirect: 'error', credentials: 'omit' }).catch(unreachable)
  const type = response.headers.get('content-type')?.split(';')[0]?.trim() ?? ''
  if (!response.ok || !/^image\/(png|jpeg|webp|gif|avif)$/.test(type)) {
    await response.body?.cancel()
    throw new Fault('not-found', `the base map answered ${response.status} ${type}`)
  }
  const data = await readAtMost(response, maxTileBytes).catch((error: unknown) => unreachable(error))
  return { type, data }
}

/** WMTS as OGC 07-057r7 section 8.2.1 (KVP encoding) has it. */
export function tileAddress(configuration: ServedMap, { level, column, row }: TileRequest): string {
  if (configuration.kind === 'xyz') {
    return configuration.url
      .replaceAll('{z}', String(level))
      .replaceAll('{x}', String(column))
      .replaceAll('{y}', String(row))
  }
  const url = new URL(configuration.url)
  const query = {
    ...{ SERVICE: 'WMTS', REQUEST: 'GetTile', VERSION: '1.0.0', LAYER: configuration.layer },
    ...{ STYLE: configuration.style, TILEMATRIXSET: configuration.matrixSet, FORMAT: configuration.format },
    ...{ TILEMATRIX: level, TILEROW: row, TILECOL: column },
  }
  for (const [name, value] of Object.entries(query)) url.searchParams.set(name, String(value))
  return url.href
}

async function readAtMost(response: Response, most: number): Promise<Buffer> {
  const parts: Uint8Array[] = []
  let size = 0
  for await (const part of response.body ?? []) {
    size += part.byteLength
    if (size > most) throw new Fault('not-found', 'a tile of the base map is too large')
    parts.push(part)
  }
  return Buffer.concat(parts)
}

/** Without the address: a key may stand in it. */
function causeOf(error: unknown): string {
  const { cause, name } = error as { cause?: { code?: string; name?: string }; name?: string }
  return cause?.code ?? cause?.name ?? name ?? 'unknown'
}
