/** The base map in native: asked of a server and kept on disk, or read from a local archive, whatever is wrong with it. */
import { readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { TileType } from 'pmtiles'
import { describe, expect, it, onTestFinished } from 'vitest'
import { loadConfiguration } from '../../native/configuration.ts'
import { openBaseMap, tileAddress } from '../../native/places/base-map.ts'
import type { ServedMap } from '../../native/places/map-configuration.ts'
import { createTileCache } from '../../native/places/tile-cache.ts'
import { type PmtilesContent, pmtilesArchive } from '../base-map/pmtiles-writer.ts'
import { monday, silent, temporaryFolder } from './support.ts'

const day = 86_400_000

/** A time that is set. */
function createTime() {
  const time = { now: monday }
  return { time, clock: { now: () => time.now, sleep: () => new Promise<void>(() => undefined) } }
}

const base64 = (text: string) => Buffer.from(text).toString('base64')

describe('a served base map', () => {
  const wmts: ServedMap = {
    ...{ kind: 'wmts', url: 'https://map.example/vec_c/wmts?tk=KEY', layer: 'vec', style: 'default', matrixSet: 'c' },
    ...{ projection: 'EPSG:4490', format: 'tiles', minLevel: 1, maxLevel: 18, attribution: '' },
  }

  it('is asked for tiles as WMTS and XYZ want it', () => {
    const url = new URL(tileAddress(wmts, { level: 12, column: 3375, row: 570 }))
    expect(url.origin + url.pathname).toBe('https://map.example/vec_c/wmts')
    expect(Object.fromEntries(url.searchParams)).toMatchObject({
      ...{ tk: 'KEY', SERVICE: 'WMTS', REQUEST: 'GetTile', VERSION: '1.0.0', LAYER: 'vec', TILEMATRIXSET: 'c' },
      ...{ TILEMATRIX: '12', TILEROW: '570', TILECOL: '3375', STYLE: 'default', FORMAT: 'tiles' },
    })
    const xyz = { kind: 'xyz', url: 'http://10.1.2.3/t/{z}/{x}/{y}.png', minLevel: 0, maxLevel: 18, attribution: '' }
    expect(tileAddress(xyz as ServedMap, { level: 5, column: 3, row: 2 })).toBe('http://10.1.2.3/t/5/3/2.png')
  })

  it('fetches and keeps nothing when none is configured', async () => {
    const cacheFolder = join(temporaryFolder(), 'map-tiles')
    const map = await openBaseMap({ configuration: null, cacheFolder, clock: createTime().clock, log: silent })
    expect(map.describe()).toBeNull()
    await expect(map.tile({ level: 1, column: 0, row: 0 })).rejects.toMatchObject({ code: 'not-found' })
    expect(() => readdirSync(cacheFolder)).toThrow('ENOENT')
  })

  /** A server of one tile, whose picture can be changed, and the map on it. */
  async function serve() {
    const asked: string[] = []
    const served = { picture: 'picture' }
    const server = createServer((request, response) => {
      const path = request.url?.split('?')[0] ?? ''
      asked.push(path)
      const png = { 'content-type': 'image/png' }
      if (path === '/1/0/0') response.writeHead(200, png).end(served.picture)
      else if (path === '/1/0/1') response.writeHead(200, { 'content-type': 'text/html' }).end('<p>')
      else if (path === '/1/1/0') response.writeHead(302, { location: 'http://127.0.0.1:9/' }).end()
      else if (path === '/1/1/1') response.writeHead(200, png).end(Buffer.alloc(1_100_000))
      else response.writeHead(404).end()
    })
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
    const close = () =>
      new Promise<void>((resolve) => {
        server.closeAllConnections()
        server.close(() => resolve())
      })
    onTestFinished(close)
    const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/{z}/{x}/{y}?tk=SECRET`
    const configuration = { kind: 'xyz', url, minLevel: 0, maxLevel: 2, attribution: '测绘院' } as const
    const cacheFolder = temporaryFolder()
    const { time, clock } = createTime()
    const open = () => openBaseMap({ configuration, cacheFolder, clock, log: silent })
    return { asked, served, close, open, time, cacheFolder }
  }

  it('gives pictures only, of a size, from that place only', async () => {
    const { open } = await serve()
    const map = await open()
    expect(map.describe()).toEqual({
      ...{ projection: 'EPSG:3857', tiles: 'pictures', minLevel: 0, maxLevel: 2, attribution: '测绘院' },
    })
    const tile = (level: number, column: number, row: number) => map.tile({ level, column, row })
    expect(await tile(1, 0, 0)).toEqual({ type: 'image/png', data: base64('picture'), cachedAt: null })
    await expect(tile(1, 0, 1)).rejects.toMatchObject({ code: 'not-found' })
    await expect(tile(1, 1, 1)).rejects.toMatchObject({ code: 'not-found' })
    await expect(tile(2, 0, 0)).rejects.toMatchObject({ code: 'not-found' })
    await expect(tile(1, 1, 0)).rejects.toMatchObject({ code: 'offline' })
  })

  it('is fetched once a week, also by the next start, and its address stands in no name and no file', async () => {
    const { open, asked, served, time, cacheFolder } = await serve()
    const first = { level: 1, column: 0, row: 0 }
    await (await open()).tile(first)
    time.now += 7 * day - 1
    const map = await open()
    expect(await map.tile(first)).toEqual({ type: 'image/png', data: base64('picture'), cachedAt: null })
    expect(asked).toEqual(['/1/0/0'])
    served.picture = 'newer'
    time.now += 1
    expect(await map.tile(first)).toMatchObject({ data: base64('newer') })
    expect(asked).toHaveLength(2)
    const names = readdirSync(cacheFolder)
    expect(names).toEqual([expect.stringMatching(/^[0-9a-f]{64}$/)])
    expect(readFileSync(join(cacheFolder, names[0] ?? ''), 'latin1')).toBe('image/png 5\nnewer')
  })

  it('is an old one with its date while the server is away, and a new one when it is back', async () => {
    const { open, close, time } = await serve()
    const map = await open()
    await map.tile({ level: 1, column: 0, row: 0 })
    await close()
    time.now += 10 * day
    for (let turn = 0; turn < 2; turn += 1) {
      expect(await map.tile({ level: 1, column: 0, row: 0 })).toMatchObject({
        data: base64('picture'),
        cachedAt: monday,
      })
    }
    await expect(map.tile({ level: 1, column: 0, row: 1 })).rejects.toMatchObject({ code: 'offline' })
  })

  it('does not trust a tile of the future, as a clock that was wrong leaves behind', async () => {
    const { open, asked, time } = await serve()
    time.now += 400 * day
    const map = await open()
    await map.tile({ level: 1, column: 0, row: 0 })
    time.now -= 400 * day
    await map.tile({ level: 1, column: 0, row: 0 })
    expect(asked).toHaveLength(2)
  })
})

describe('tiles on disk', () => {
  const open = (folder: string, clock = createTime().clock) =>
    createTileCache({ folder, mostBytes: 1_000, clock, log: silent })

  it('are bounded, and what was used least recently goes first, also after a restart', async () => {
    const folder = temporaryFolder()
    const { time, clock } = createTime()
    const cache = open(folder, clock)
    for (const name of ['a', 'b', 'c']) {
      await cache.write(name, 'image/png', Buffer.alloc(300))
      time.now += day
    }
    expect(await cache.read('a')).toMatchObject({ fetchedAt: monday })
    time.now += day
    const again = open(folder, clock)
    await again.write('d', 'image/png', Buffer.alloc(300))
    const isKept = async (name: string) => (await again.read(name)) !== null
    expect(await Promise.all(['a', 'b', 'd'].map(isKept))).toEqual([true, false, true])
    const sizes = readdirSync(folder).map((name) => readFileSync(join(folder, name)).length)
    expect(sizes.reduce((sum, size) => sum + size, 0)).toBeLessThanOrEqual(1_000)
  })

  it('that were not wholly written are none', async () => {
    const folder = temporaryFolder()
    await open(folder).write('a', 'image/png', Buffer.from('whole'))
    const [name = ''] = readdirSync(folder)
    writeFileSync(join(folder, name), 'image/png 5\nwh')
    writeFileSync(join(folder, 'left.part'), 'image/')
    expect(await open(folder).read('a')).toBeNull()
    expect(readdirSync(folder)).toEqual([])
  })

  it('are done without where there is no folder to write to', async () => {
    const file = join(temporaryFolder(), 'file')
    writeFileSync(file, '')
    const cache = open(join(file, 'tiles'))
    await cache.write('a', 'image/png', Buffer.from('tile'))
    expect(await cache.read('a')).toBeNull()
  })
})

describe('a local base map', () => {
  const tiles = [0, 1, 2].flatMap((level) =>
    Array.from({ length: 4 ** level }, (_, index) => {
      const [column, row] = [index % 2 ** level, Math.floor(index / 2 ** level)]
      return { level, column, row, data: Buffer.from(`${level}/${column}/${row}`) }
    }),
  )
  const content: PmtilesContent = { tiles, type: TileType.Png }

  async function open(bytes: Uint8Array) {
    const file = join(temporaryFolder(), 'district.pmtiles')
    writeFileSync(file, bytes)
    const configuration = { kind: 'pmtiles', file, attribution: '' } as const
    const cacheFolder = join(temporaryFolder(), 'map-tiles')
    const map = await openBaseMap({ configuration, cacheFolder, clock: createTime().clock, log: silent })
    onTestFinished(() => map.close())
    return map
  }

  it.each([
    ['plain', {}],
    ['packed', { isPacked: true }],
    ['with leaf directories', { leafSize: 4 }],
    ['packed, with leaf directories', { isPacked: true, leafSize: 4 }],
  ])('gives every tile of an archive that is %s', async (_, shape) => {
    const map = await open(pmtilesArchive({ ...content, ...shape }))
    for (const { level, column, row, data } of tiles) {
      const tile = await map.tile({ level, column, row })
      expect(tile).toEqual({ type: 'image/png', data: data.toString('base64'), cachedAt: null })
    }
  })

  it('tells its levels, its kind and whose it is, without the markup', async () => {
    const metadata = { attribution: '<a href="https://map.example">&copy; 测绘院</a>' }
    const map = await open(pmtilesArchive({ ...content, type: TileType.Mvt, metadata }))
    expect(map.describe()).toEqual({
      ...{ projection: 'EPSG:3857', tiles: 'vector', minLevel: 0, maxLevel: 2, attribution: '© 测绘院' },
    })
    expect(await map.tile({ level: 0, column: 0, row: 0 })).toMatchObject({
      type: 'application/vnd.mapbox-vector-tile',
    })
  })

  it('has no tile outside of itself, and none where it points beyond its end', async () => {
    for (const shape of [{}, { leafSize: 4 }, { isPacked: true, leafSize: 4 }]) {
      const map = await open(pmtilesArchive({ ...content, ...shape, wrongBy: 1_000_000 }))
      await expect(map.tile({ level: 2, column: 3, row: 0 })).rejects.toMatchObject({ code: 'not-found' })
      await expect(map.tile({ level: 3, column: 0, row: 0 })).rejects.toMatchObject({ code: 'not-found' })
      await expect(map.tile({ level: 1, column: 2, row: 0 })).rejects.toMatchObject({ code: 'not-found' })
      expect(await map.tile({ level: 1, column: 1, row: 0 })).toMatchObject({ data: base64('1/1/0') })
    }
  })

  it('survives any byte of its directories being wrong', async () => {
    const whole = pmtilesArchive({ ...content, leafSize: 4, isPacked: true })
    for (let at = 8; at < whole.length; at += 11) {
      const bytes = Buffer.from(whole)
      bytes.writeUInt8((bytes.readUInt8(at) ^ 0xff) & 0xff, at)
      const map = await open(bytes).catch((error: Error) => {
        expect(error.name).toBe('StartFailure')
      })
      for (const { level, column, row } of map ? tiles : []) {
        const reading = map?.tile({ level, column, row })
        await reading?.catch((error: unknown) => {
          expect(error).toMatchObject({ code: 'not-found' })
        })
      }
    }
  })

  it.each([
    ['is empty', Buffer.alloc(0), '不是 PMTiles'],
    ['is something else', Buffer.from('%PDF-1.7 '.repeat(100)), '不是 PMTiles'],
    ['is cut in its header', pmtilesArchive(content).subarray(0, 100), '不是 PMTiles'],
    ['is cut in its tiles', pmtilesArchive(content).subarray(0, -1), '不完整'],
    ['holds tiles of an unknown type', pmtilesArchive({ ...content, type: 9 as TileType }), '不认识的瓦片类型'],
  ])('is refused at the start when the file %s', async (_, bytes, words) => {
    await expect(open(bytes)).rejects.toMatchObject({
      ...{ name: 'StartFailure', code: 'configuration', chinese: expect.stringContaining(words) },
    })
  })

  it('is refused at the start when there is no file', async () => {
    const configuration = { kind: 'pmtiles', file: join(temporaryFolder(), 'none.pmtiles'), attribution: '' } as const
    const opening = openBaseMap({ configuration, cacheFolder: '', clock: createTime().clock, log: silent })
    await expect(opening).rejects.toThrow('none.pmtiles cannot be read (ENOENT)')
  })
})

describe('the configuration of the base map', () => {
  function load(map: unknown) {
    const folder = temporaryFolder()
    writeFileSync(join(folder, 'token'), 'secret')
    const file = join(folder, 'console.json')
    const hub = { url: 'https://hub.example', workstation: 'SZ-02', tokenFile: './token' }
    writeFileSync(file, JSON.stringify({ hub, dataFolder: './data', map }))
    return { folder, map: loadConfiguration(file).map }
  }

  it('fixes the host, or names a file beside it', () => {
    expect(load(undefined).map).toBeNull()
    expect(load({ kind: 'xyz', url: 'https://map.example/{z}/{x}/{y}.png' }).map).toMatchObject({ maxLevel: 18 })
    const service = { kind: 'wmts', url: 'https://map.example/wmts', layer: 'vec', matrixSet: 'c' }
    expect(load(service).map).toMatchObject({ projection: 'EPSG:4490', style: 'default' })
    const { folder, map } = load({ kind: 'pmtiles', file: './district.pmtiles' })
    expect(map).toEqual({ kind: 'pmtiles', file: join(folder, 'district.pmtiles'), attribution: '' })
    for (const url of ['https://{x}.example/{z}/{x}/{y}', 'file:///{z}/{x}/{y}', 'https://map.example/{z}.png']) {
      expect(() => load({ kind: 'xyz', url })).toThrow('url')
    }
  })
})
