/** Makes the clips of a look with the system's ffmpeg, once: drawn frames go in raw, both profiles come out encoded. */
import { execFile, spawn } from 'node:child_process'
import { createHash } from 'node:crypto'
import { once } from 'node:events'
import { access, mkdir, mkdtemp, rename, rm } from 'node:fs/promises'
import { join } from 'node:path'
import type { Writable } from 'node:stream'
import { promisify } from 'node:util'
import { drawBarcode } from './barcode.ts'
import { frameRate, loopFrames } from './loop.ts'
import { type Look, type ProfileShape, profileShapes } from './looks.ts'
import { blankPicture, rectangle } from './picture.ts'
import { scenes } from './scenes.ts'

/** Grows when the drawing or the encoding changes, so that old clips are not taken. */
const recipe = 2
/** Snapshots are kept for every second of the loop. */
export const snapshotsPerLoop = loopFrames / frameRate

export interface EncodeOptions {
  /** Where clips are kept between runs. */
  cacheFolder: string
  signal: AbortSignal
  log: (message: string) => void
}

/** The folder with the look's files: `main.h264`, `sub.h264` (H.265: `.h265`; HLS: `main.mp4`, `sub.mp4`) and `NN.jpg`; made when missing. */
export async function encodedLook(look: Look, options: EncodeOptions): Promise<string> {
  const font = await chineseFont()
  const key = createHash('sha256').update(JSON.stringify([recipe, look, profileShapes, font, loopFrames, frameRate]))
  const folder = join(options.cacheFolder, `${look.scene}-${key.digest('hex').slice(0, 12)}`)
  if (await exists(folder)) return folder
  await mkdir(options.cacheFolder, { recursive: true })
  const making = await mkdtemp(`${folder}.`)
  const began = performance.now()
  try {
    await encode(look, making, font, options.signal)
    // Another process may have been first: then its files are as good as ours.
    await rename(making, folder).catch(async (problem: unknown) => {
      if (!(await exists(folder))) throw problem
    })
  } finally {
    // An aborted encoder may still be writing while it ends.
    await rm(making, { recursive: true, force: true, maxRetries: 10 })
  }
  options.log(`encoded ${look.scene} in ${Math.round(performance.now() - began)} ms`)
  return folder
}

async function exists(path: string): Promise<boolean> {
  return access(path).then(
    () => true,
    () => false,
  )
}

/** The file of a font that has Chinese characters, null when there is none or fontconfig is missing. */
async function chineseFont(): Promise<string | null> {
  const listed = await promisify(execFile)('fc-list', [':lang=zh-cn', 'file']).catch(() => null)
  const files = (listed?.stdout ?? '').split('\n').map((line) => line.replace(/:\s*$/, ''))
  return files.filter((file) => /Sans.*Regular/.test(file)).sort()[0] ?? files.filter(Boolean).sort()[0] ?? null
}

async function encode(look: Look, folder: string, font: string | null, signal: AbortSignal): Promise<void> {
  const child = spawn('ffmpeg', encoderArguments(look, folder, font), { stdio: ['pipe', 'ignore', 'pipe'], signal })
  let complaint = ''
  child.stderr.on('data', (chunk: Buffer) => (complaint = (complaint + chunk.toString()).slice(-2000)))
  // An encoder that dies is reported by its exit code; the broken pipe says nothing more.
  child.stdin.on('error', () => undefined)
  const ended = once(child, 'close').catch((problem: unknown) => {
    if ((problem as NodeJS.ErrnoException).code !== 'ENOENT') throw problem
    throw new Error('the simulated cameras need ffmpeg: apt-get install ffmpeg', { cause: problem })
  })
  await Promise.race([writeFrames(look, child.stdin), ended])
  const [code] = (await ended) as [number | null]
  if (code !== 0) throw new Error(`ffmpeg could not encode ${look.scene}: ${complaint || `exit code ${code}`}`)
}

async function writeFrames(look: Look, into: Writable): Promise<void> {
  const { width, height } = profileShapes.main
  const scene = scenes[look.scene]
  const still = blankPicture(width, height)
  scene.paint(still)
  for (let frame = 0; frame < loopFrames; frame++) {
    const index = (frame + look.keyPhase) % loopFrames
    const picture = { ...still, bytes: Uint8Array.from(still.bytes) }
    scene.move(picture, index / loopFrames)
    rectangle(picture, 0, height - height / 18, width * 0.75, height / 18, 0x000000)
    drawBarcode(picture.bytes, width, height, index)
    if (!into.write(picture.bytes)) await once(into, 'drain')
  }
  into.end()
}

function encoderArguments(look: Look, folder: string, font: string | null): string[] {
  const { main, sub } = profileShapes
  // A little sensor noise gives the encoder what real cameras give it: something to spend its bits on.
  const text = font
    ? `drawtext=fontfile=${font}:text='${look.label}':x=24:y=20:fontsize=34:fontcolor=white:borderw=2:bordercolor=black,`
    : ''
  const graph =
    `[0:v]${text}noise=c0s=5:c0f=t:all_seed=7,split=3[main][large][still];` +
    `[large]scale=${sub.width}:${sub.height}:flags=area[sub];[still]fps=1[stills]`
  return [
    ...['-hide_banner', '-loglevel', 'error', '-f', 'rawvideo', '-pix_fmt', 'yuv420p'],
    ...['-s', `${main.width}x${main.height}`, '-r', `${frameRate}`, '-i', 'pipe:0', '-filter_complex', graph],
    ...profileArguments(look, 'main', main, folder),
    ...profileArguments(look, 'sub', sub, folder),
    ...[
      '-map',
      '[stills]',
      '-frames:v',
      `${snapshotsPerLoop}`,
      '-start_number',
      '0',
      '-q:v',
      '5',
      join(folder, '%02d.jpg'),
    ],
  ]
}

function profileArguments(look: Look, name: 'main' | 'sub', shape: ProfileShape, folder: string): string[] {
  const options = [
    ...[`keyint=${look.keyInterval}`, `min-keyint=${look.keyInterval}`, 'scenecut=0', 'open-gop=0', 'bframes=0'],
    ...[`slices=${look.slices}`, 'aud=1', 'colorprim=bt709', 'transfer=bt709', 'colormatrix=bt709'],
    ...(look.codec === 'h265' ? ['repeat-headers=1', 'log-level=none', 'pools=none', 'frame-threads=1'] : []),
  ]
  const codec = look.codec ?? 'h264'
  const output =
    look.kind === 'hls'
      ? ['-movflags', 'frag_keyframe+empty_moov+default_base_moof', '-f', 'mp4', join(folder, `${name}.mp4`)]
      : ['-f', codec === 'h265' ? 'hevc' : 'h264', join(folder, `${name}.${codec}`)]
  return [
    ...[
      '-map',
      `[${name}]`,
      '-c:v',
      codec === 'h265' ? 'libx265' : 'libx264',
      '-preset',
      name === 'main' ? 'ultrafast' : 'superfast',
      '-threads',
      '1',
    ],
    ...['-b:v', `${shape.bitrate}`, '-maxrate', `${shape.bitrate * 1.2}`, '-bufsize', `${shape.bitrate}`],
    ...[codec === 'h265' ? '-x265-params' : '-x264-params', options.join(':'), ...output],
  ]
}
