/** Files made of access units, read by ffmpeg and by code of the test's own. */
import { execFile } from 'node:child_process'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { promisify } from 'node:util'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { MediaUnit } from '../../native/media/media-unit.ts'
import { Depacketiser } from '../../native/media/depacketiser.ts'
import { h264 } from '../../native/media/h264-rules.ts'
import { h265 } from '../../native/media/h265-rules.ts'
import { LiveRemuxer, remuxClip } from '../../native/media/mp4-fragments.ts'
import { accessUnits } from '../district/cameras/annex-b.ts'
import { takeApart } from '../district/cameras/fragments.ts'
import { annexB, hex, sets, slice } from './media-rtp-packets.ts'
import { temporaryFolder } from './support.ts'

const run = promisify(execFile)
const frameRate = 15

interface Recipe {
  codec: 'h264' | 'h265'
  size?: string
  bframes?: number
}

/** A second of moving pictures, encoded; the units as the gateway would give them, shown in the order the encoder meant. */
async function encode({
  codec,
  size = '320x180',
  bframes = 0,
}: Recipe): Promise<{ units: MediaUnit[]; stream: Buffer }> {
  const options = `keyint=5:min-keyint=5:scenecut=0:open-gop=0:bframes=${bframes}:b-adapt=0:aud=1`
  const file = join(temporaryFolder(), 'encoded.mp4')
  const parameters =
    codec === 'h264' ? ['-x264-params', options] : ['-x265-params', `${options}:repeat-headers=1:log-level=none`]
  await run('ffmpeg', [
    ...['-hide_banner', '-loglevel', 'error', '-f', 'lavfi', '-i', `testsrc=size=${size}:rate=${frameRate}`],
    ...['-frames:v', '15', '-pix_fmt', 'yuv420p', '-c:v', codec === 'h264' ? 'libx264' : 'libx265'],
    ...['-preset', 'ultrafast', ...parameters, file],
  ])
  const filter =
    codec === 'h264' ? ['-bsf:v', 'h264_mp4toannexb,filter_units=remove_types=6,h264_metadata=aud=insert'] : []
  const copy = ['-i', file, '-c', 'copy', ...filter, '-f', codec === 'h264' ? 'h264' : 'hevc', '-']
  const stdout = (await run('ffmpeg', ['-loglevel', 'error', ...copy], { encoding: 'buffer', maxBuffer: 10_000_000 }))
    .stdout
  const asked = ['-v', 'error', '-show_entries', 'packet=pts_time', '-of', 'csv=p=0', file]
  const times = (await run('ffprobe', asked)).stdout.split('\n').filter(Boolean).map(Number)
  const shown = times.map((time) => Math.round((time - Math.min(...times)) * frameRate))
  const depacketiser = new Depacketiser({
    rules: codec === 'h264' ? h264 : h265(false),
    clockRate: 90_000,
    parameterSets: [],
  })
  let sequence = 0
  const units = accessUnits(stdout, codec).flatMap(({ nals }, index) =>
    nals.flatMap((payload, at) => {
      const timestamp = 90_000 + (shown[index] ?? 0) * 6_000
      const packet = {
        marker: at === nals.length - 1,
        payloadType: 96,
        sequence: sequence++,
        timestamp,
        source: 1,
        payload,
      }
      return depacketiser.push(packet, 1_700_000_000_000 + index * 67)
    }),
  )
  return { units, stream: stdout }
}

const clipOf = (units: MediaUnit[]) => Buffer.concat([...remuxClip(units)])

/** A hash of each decoded picture in the order shown, and when it is shown. */
async function decode(file: string, format: string[] = []): Promise<{ at: number; hash: string }[]> {
  const { stdout, stderr } = await run('ffmpeg', [
    ...[
      '-hide_banner',
      '-loglevel',
      'warning',
      ...format,
      '-i',
      file,
      '-fps_mode',
      'passthrough',
      '-f',
      'framemd5',
      '-',
    ],
  ])
  expect(stderr).toBe('')
  const rows = stdout.split('\n').filter((line) => line !== '' && !line.startsWith('#'))
  return rows
    .map((row) => row.split(',').map((cell) => cell.trim()))
    .map((cells) => ({ at: Number(cells[2]), hash: cells[5] ?? '' }))
}

async function probe(file: string): Promise<Record<string, unknown>> {
  const { stdout } = await run('ffprobe', ['-v', 'error', '-show_streams', '-show_format', '-of', 'json', file])
  const { streams, format } = JSON.parse(stdout) as {
    streams: Record<string, unknown>[]
    format: Record<string, unknown>
  }
  return { ...format, ...streams[0], tags: format.tags }
}

const recipes: [string, Recipe][] = [
  ['H.264', { codec: 'h264' }],
  ['H.264 with B-frames', { codec: 'h264', bframes: 2 }],
  ['H.265', { codec: 'h265' }],
  ['H.265 with B-frames', { codec: 'h265', bframes: 2 }],
]

describe('a clip', () => {
  test.each(recipes)('of %s decodes to the very pictures of the stream, each at its time', async (_name, recipe) => {
    const { units, stream } = await encode(recipe)
    expect(units).toHaveLength(15)
    const folder = temporaryFolder()
    const [clip, raw] = [join(folder, 'clip.mp4'), join(folder, 'raw')]
    writeFileSync(clip, clipOf(units))
    writeFileSync(raw, stream)
    const shown = await decode(clip)
    const expected = await decode(raw, ['-f', recipe.codec === 'h264' ? 'h264' : 'hevc'])
    expect(shown.map(({ hash }) => hash)).toEqual(expected.map(({ hash }) => hash))
    const steps = shown.map(({ at }, index) => at - (shown[index - 1]?.at ?? at))
    expect(new Set(steps.slice(1)).size).toBe(1)
    expect(await probe(clip)).toMatchObject({
      codec_name: recipe.codec === 'h264' ? 'h264' : 'hevc',
      codec_tag_string: recipe.codec === 'h264' ? 'avc1' : 'hvc1',
      width: 320,
      height: 180,
      duration: '1.000000',
      tags: expect.objectContaining({ creation_time: '2023-11-14T22:13:20.000000Z' }) as unknown,
    })
  })

  test('over a change of size keeps both', async () => {
    const [large, small] = [await encode({ codec: 'h264' }), await encode({ codec: 'h264', size: '160x90' })]
    const later = small.units.map((unit) => ({ ...unit, timestamp: unit.timestamp + 1_000_000 }))
    const file = join(temporaryFolder(), 'clip.mp4')
    writeFileSync(
      file,
      clipOf([
        ...large.units,
        ...later,
        ...large.units.map((unit) => ({ ...unit, timestamp: unit.timestamp + 2_000_000 })),
      ]),
    )
    const { stdout } = await run('ffprobe', ['-v', 'error', '-show_entries', 'frame=width', '-of', 'csv=p=0', file])
    expect(stdout.split('\n').map(Number).filter(Boolean)).toEqual(
      [320, 160, 320].flatMap((width) => Array<number>(15).fill(width)),
    )
  })
})

describe('live pieces', () => {
  test.each(recipes)('of %s, one after the other, are the same stream', async (_name, recipe) => {
    const { units, stream } = await encode(recipe)
    const remuxer = new LiveRemuxer()
    expect(remuxer.push({ ...units[1]!, key: false })).toBeNull()
    const pieces = units.map((unit) => remuxer.push(unit))
    expect(pieces.filter((piece) => piece?.initialisation)).toHaveLength(1)
    expect(pieces[0]?.initialisation).not.toBeNull()
    const folder = temporaryFolder()
    const [file, raw] = [join(folder, 'live.mp4'), join(folder, 'raw')]
    writeFileSync(
      file,
      Buffer.concat(
        pieces.flatMap((piece) => [piece?.initialisation ?? Buffer.alloc(0), piece?.fragment ?? Buffer.alloc(0)]),
      ),
    )
    writeFileSync(raw, stream)
    const expected = await decode(raw, ['-f', recipe.codec === 'h264' ? 'h264' : 'hevc'])
    expect((await decode(file)).map(({ hash }) => hash)).toEqual(expected.map(({ hash }) => hash))
  })

  const unit = (key: boolean, timestamp: number, version: 0 | 1 = 0): MediaUnit => {
    const nals = [...(key ? sets[version] : []), slice(key, true, hex('8811223344'))]
    const format =
      version === 0
        ? { codec: 'avc1.640016', width: 640, height: 360 }
        : { codec: 'avc1.4D400C', width: 350, height: 206 }
    return { key, timestamp, receivedAt: 0, format, data: Buffer.from(annexB(nals), 'hex') }
  }

  test('begin anew when the format does', () => {
    const remuxer = new LiveRemuxer()
    const pieces = [
      unit(true, 0),
      unit(false, 66_667),
      unit(true, 133_333),
      unit(true, 200_000, 1),
      unit(false, 266_667, 1),
    ]
    const made = pieces.map((one) => remuxer.push(one))
    expect(made.map((piece) => [piece?.initialisation !== null, piece?.format.width])).toEqual([
      [true, 640],
      [false, 640],
      [false, 640],
      [true, 350],
      [false, 350],
    ])
  })

  test('have decode times that only rise and presentation times that are those of the camera, whatever order pictures come in', () => {
    fc.assert(
      fc.property(
        fc.array(fc.record({ key: fc.boolean(), frame: fc.nat(40) }), { minLength: 1, maxLength: 40 }),
        (shapes) => {
          const remuxer = new LiveRemuxer()
          let last = -1
          shapes.forEach(({ key, frame }, index) => {
            const timestamp = 1_000_000 + frame * 100_000
            const piece = remuxer.push(unit(key || index === 0, timestamp))
            const bytes = Buffer.from(piece?.fragment ?? [])
            const decodeAt = Number(bytes.readBigUInt64BE(bytes.indexOf('tfdt') + 8))
            const run = bytes.indexOf('trun') + 16
            expect(decodeAt).toBeGreaterThan(last)
            expect(decodeAt + bytes.readInt32BE(run + 12)).toBe(timestamp * 0.09)
            expect(bytes.readUInt32BE(run + 4)).toBe(bytes.length - bytes.indexOf('mdat') - 4)
            last = decodeAt
          })
        },
      ),
    )
  })

  test('are taken apart by whoever reads fragments', () => {
    const file = Buffer.from(clipOf([unit(true, 0), unit(false, 66_667), unit(true, 133_333)]))
    expect(takeApart(file, 1).fragments).toHaveLength(2)
  })
})
