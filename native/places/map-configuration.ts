/** The base map as it stands in the configuration file. */
import { z } from 'zod'

const levels = { minLevel: z.int().min(0).max(24).default(0), maxLevel: z.int().min(0).max(24).default(18) }
const attribution = z.string().max(100).default('')
const address = z.url({ protocol: /^https?$/ }).max(1_000)

const wmts = z.strictObject({
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
})

const xyz = z.strictObject({
  kind: z.literal('xyz'),
  /** With `{z}`, `{x}` and `{y}` in its path or query. */
  url: z
    .string()
    .max(1_000)
    .regex(/^https?:\/\/[^/{}]+\//, 'is not http(s)://HOST/...')
    .refine((url) => ['{z}', '{x}', '{y}'].every((slot) => url.includes(slot)), 'lacks {z}, {x} or {y}'),
  ...levels,
  attribution,
})

const pmtiles = z.strictObject({
  kind: z.literal('pmtiles'),
  /** A PMTiles archive on this machine; its levels are its own. */
  file: z.string().min(1).max(1_000),
  /** Empty: the archive's own. */
  attribution,
})

export const mapConfiguration = z.discriminatedUnion('kind', [wmts, xyz, pmtiles])
export type MapConfiguration = z.infer<typeof mapConfiguration>
/** A map whose tiles are fetched from a server. */
export type ServedMap = Exclude<MapConfiguration, { kind: 'pmtiles' }>
