/** The base map beneath the grids: fetched here from the one configured place, never by the page. */
import type { Logger } from 'pino'
import { z } from 'zod'
import type { BaseMap, Tile, TileRequest } from '../contract/places.ts'
import { Fault } from '../fault.ts'

const levels = { minLevel: z.int().min(0).max(24).default(0), maxLevel: z.int().min(0).max(24).default(18) }
const attribution = z.string().max(100).default('')
const address = z.url({ protocol: /^https?$/ }).max(1_000)

/** As it stands in the configuration file. */
export const mapConfiguration = z.discriminatedUnion('kind', [
  z.strictObject({
    kind: z.literal('wmts'),
    /** Of the service, with whatever query it needs, e.g. a key. */
    url: address,
    layer: z.string().min(1).max(100),
    style: z.string().max(100).default('default'),
    matrixSet: z.string().min(1).max(100),
    projection: z.enum(['EPSG:4490', 'EPSG:3857']).default('EPSG:4490'),
    format: z.string().max(40).default('image/png'),
    ...levels,
    attribution,
  }),
  z.strictObject({
    kind: z.literal('xyz'),
    /** With `{z}`, `{x}` and `{y}` in its path or query. */
    url: z
      .string()
      .max(1_000)
      .regex(/^https?:\/\/[^/{}]+\//, 'is not http(s)://HOST/...')
      .refine((url) => ['{z}', '{x}', '{y}'].every((slot) => url.includes(slot)), 'lacks {z}, {x} or {y}'),
    ...levels,
    attribution,
  }),
])
export type MapConfiguration = z.infer<typeof mapConfiguration>

export interface BaseMapService {
  /** Null when none is configured: then nothing is ever fetched. */
  describe(): BaseMap | null
  /** Faults: `not-found` (no such tile, none configured), `offline`. */
  tile(request: TileRequest, signal?: AbortSignal): Promise<Tile>
}

const answerMs = 10_000
const maxTileBytes = 1_000_000
/** About a screen and its surroundings at a few levels. */
const keptTiles = 600

export function createBaseMap(configuration: MapConfiguration | null, log: Logger): BaseMapService {
  const kept = new Map<string, Tile>()

  async function fetchTile(address: string, signal: AbortSignal): Promise<Tile> {
    // A redirect would lead away from the place that was configured.
    const answer = await fetch(address, { signal, redirect: 'error', credentials: 'omit' }).catch((error: unknown) => {
      log.info({ error: causeOf(error) }, 'the base map cannot be reached')
      throw new Fault('offline', 'the base map cannot be reached', undefined, error)
    })
    const type = answer.headers.get('content-type')?.split(';')[0]?.trim() ?? ''
    if (!answer.ok || !/^image\/(png|jpeg|webp|gif)$/.test(type)) {
      await answer.body?.cancel()
      throw new Fault('not-found', `the base map answered ${answer.status} ${type}`)
    }
    return { type, data: await readAtMost(answer, maxTileBytes) }
  }

  return {
    describe() {
      if (!configuration) return null
      const { minLevel, maxLevel, attribution } = configuration
      return {
        projection: configuration.kind === 'wmts' ? configuration.projection : 'EPSG:3857',
        ...{ minLevel, maxLevel, attribution },
      }
    },
    async tile(request, signal) {
      if (!configuration) throw new Fault('not-found', 'no base map is configured')
      const key = `${request.level}/${request.column}/${request.row}`
      const known = kept.get(key)
      if (known) return known
      const limit = AbortSignal.any([AbortSignal.timeout(answerMs), ...(signal ? [signal] : [])])
      const tile = await fetchTile(tileAddress(configuration, request), limit)
      kept.set(key, tile)
      const [oldest] = kept.keys()
      if (kept.size > keptTiles && oldest !== undefined) kept.delete(oldest)
      return tile
    },
  }
}

/** WMTS as OGC 07-057r7 section 8.2.1 (KVP encoding) has it. */
export function tileAddress(configuration: MapConfiguration, { level, column, row }: TileRequest): string {
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

async function readAtMost(answer: Response, most: number): Promise<string> {
  const parts: Uint8Array[] = []
  let size = 0
  for await (const part of answer.body ?? []) {
    size += part.byteLength
    if (size > most) throw new Fault('not-found', 'a tile of the base map is too large')
    parts.push(part)
  }
  return Buffer.concat(parts).toString('base64')
}

function causeOf(error: unknown): string {
  const { cause } = error as { cause?: { code?: string; message?: string } }
  return cause?.code ?? cause?.message ?? String(error)
}
