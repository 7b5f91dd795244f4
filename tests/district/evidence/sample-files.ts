/** Makes what a handset would have taken: photographs, a short recording, a film of three seconds. Drawn, not found. */
import { execFile } from 'node:child_process'
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { crc32, deflateSync } from 'node:zlib'
import type { Random } from '../random.ts'

type Colour = readonly [number, number, number]

const [width, height] = [640, 480]

/** A street with bins and litter, in the light of some hour. PNG (ISO/IEC 15948), 8-bit RGB. */
export function drawPhoto(random: Random): Buffer {
  const pixels = Buffer.alloc(width * height * 3)
  const fill = (x: number, y: number, wide: number, high: number, [red, green, blue]: Colour) => {
    for (let row = Math.max(0, y); row < Math.min(height, y + high); row += 1)
      for (let column = Math.max(0, x); column < Math.min(width, x + wide); column += 1)
        pixels.set([red, green, blue], (row * width + column) * 3)
  }
  const light = 120 + random.below(100)
  for (let row = 0; row < 200; row += 1) fill(0, row, width, 1, [light / 2 + row / 4, light * 0.7 + row / 5, light])
  for (let at = 0; at < width; at += 90) fill(at, 60 + random.below(90), 84, 200, [90 + random.below(60), 84, 78])
  fill(0, 200, width, 280, [96, 94, 90])
  fill(0, 330, width, 10, [190, 186, 170])
  for (let bin = 0; bin < 2 + random.below(3); bin += 1) {
    const x = 60 + random.below(480)
    fill(x, 190, 54, 92, [34, 92 + random.below(60), 58])
    fill(x - 4, 180, 62, 12, [26, 60, 40])
  }
  for (let piece = 0; piece < 60; piece += 1) {
    const grey = 120 + random.below(120)
    fill(random.below(width), 270 + random.below(190), 4 + random.below(18), 3 + random.below(10), [
      grey,
      grey,
      grey - 20,
    ])
  }
  return encodePng(pixels)
}

function encodePng(pixels: Buffer): Buffer {
  const rows = Buffer.alloc(height * (width * 3 + 1))
  for (let row = 0; row < height; row += 1)
    pixels.copy(rows, row * (width * 3 + 1) + 1, row * width * 3, (row + 1) * width * 3)
  const head = Buffer.alloc(13)
  head.writeUInt32BE(width, 0)
  head.writeUInt32BE(height, 4)
  head.set([8, 2, 0, 0, 0], 8)
  const signature = Buffer.from('89504e470d0a1a0a', 'hex')
  return Buffer.concat([
    signature,
    chunk('IHDR', head),
    chunk('IDAT', deflateSync(rows)),
    chunk('IEND', Buffer.alloc(0)),
  ])
}

function chunk(type: string, data: Buffer): Buffer {
  const body = Buffer.concat([Buffer.from(type, 'latin1'), data])
  const framed = Buffer.alloc(body.length + 8)
  framed.writeUInt32BE(data.length, 0)
  body.copy(framed, 4)
  framed.writeUInt32BE(crc32(body), body.length + 4)
  return framed
}

/** A tone that swells and fades. RIFF/WAVE, 16-bit PCM, mono. */
export function makeRecording(random: Random, lengthSeconds: number): Buffer {
  const rate = 8_000
  const samples = rate * lengthSeconds
  const file = Buffer.alloc(44 + samples * 2)
  file.write('RIFF', 0)
  file.writeUInt32LE(36 + samples * 2, 4)
  file.write('WAVEfmt ', 8)
  file.writeUInt32LE(16, 16)
  file.writeUInt16LE(1, 20)
  file.writeUInt16LE(1, 22)
  file.writeUInt32LE(rate, 24)
  file.writeUInt32LE(rate * 2, 28)
  file.writeUInt16LE(2, 32)
  file.writeUInt16LE(16, 34)
  file.write('data', 36)
  file.writeUInt32LE(samples * 2, 40)
  const pitch = random.between(300, 600)
  for (let at = 0; at < samples; at += 1) {
    const seconds = at / rate
    const swell = Math.abs(Math.sin(Math.PI * seconds))
    file.writeInt16LE(
      Math.round(9_000 * swell * Math.sin(2 * Math.PI * pitch * seconds * (1 + (seconds % 2) / 8))),
      44 + at * 2,
    )
  }
  return file
}

/** Three seconds of H.264 and AAC by the system's ffmpeg; null where there is none. */
export async function makeFilm(): Promise<Buffer | null> {
  const folder = await mkdtemp(join(tmpdir(), 'evidence-film-'))
  const file = join(folder, 'film.mp4')
  const inputs = ['-f', 'lavfi', '-i', 'testsrc2=size=480x270:rate=15', '-f', 'lavfi', '-i', 'sine=frequency=440']
  const coding = [
    '-c:v',
    'libx264',
    '-pix_fmt',
    'yuv420p',
    '-preset',
    'veryfast',
    '-c:a',
    'aac',
    '-movflags',
    '+faststart',
  ]
  try {
    await promisify(execFile)('ffmpeg', ['-v', 'error', ...inputs, '-t', '3', ...coding, file], { timeout: 20_000 })
    return await readFile(file)
  } catch {
    return null
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}
