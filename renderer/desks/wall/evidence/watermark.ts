/** Copies of snapshots and clips to be shown around, with who took them, where and when burned into the picture. The original stays as it is. */
import type { VideoCodec } from 'mediabunny'

export interface Watermark {
  /** One under the other, at the foot of the picture. */
  lines: readonly string[]
}

type Context = CanvasRenderingContext2D | OffscreenCanvasRenderingContext2D

/** Legible on anything: light letters on a dark band, no smaller than a fortieth of the picture's height. */
function drawLines(context: Context, { lines }: Watermark, width: number, height: number): void {
  const size = Math.max(11, Math.round(height / 36))
  const line = Math.round(size * 1.35)
  context.font = `${size}px "Microsoft YaHei", "Noto Sans CJK SC", "PingFang SC", sans-serif`
  context.textBaseline = 'middle'
  const top = height - lines.length * line - 6
  context.fillStyle = 'rgb(0 0 0 / 0.55)'
  context.fillRect(0, top, width, height - top)
  context.fillStyle = '#ffffff'
  lines.forEach((text, index) => context.fillText(text, 6, top + 3 + (index + 0.5) * line, width - 12))
}

export async function markPicture(content: Blob, mark: Watermark): Promise<Blob> {
  const picture = await createImageBitmap(content)
  const canvas = new OffscreenCanvas(picture.width, picture.height)
  const context = canvas.getContext('2d')!
  context.drawImage(picture, 0, 0)
  drawLines(context, mark, picture.width, picture.height)
  picture.close()
  return await canvas.convertToBlob({ type: 'image/jpeg', quality: 0.92 })
}

export interface MarkedClip {
  content: Blob
  /** As people call it, e.g. `H.264`. */
  codec: string
}

/** What plays most widely first; all of them go into an MP4. */
const codecs: VideoCodec[] = ['avc', 'vp9', 'av1', 'vp8']
const codecName = (codec: VideoCodec) => (codec === 'avc' ? 'H.264' : codec.toUpperCase())

/**
 * Decodes, draws and encodes again. `onProgress`: 0..1. Null where this browser can encode none of the codecs, or not decode the clip. Rejects with
 * the signal's reason when it is aborted.
 */
export async function markClip(
  content: Blob,
  mark: Watermark,
  { signal, onProgress }: { signal: AbortSignal; onProgress: (share: number) => void },
): Promise<MarkedClip | null> {
  const bunny = await import('mediabunny')
  const input = new bunny.Input({ source: new bunny.BlobSource(content), formats: [bunny.MP4] })
  const track = await input.getPrimaryVideoTrack()
  if (!track || !(await track.canDecode())) return null
  // Encoders of H.264 take even sizes only.
  const [width, height] = [track.displayWidth & ~1, track.displayHeight & ~1]
  const codec = await bunny.getFirstEncodableVideoCodec(codecs, { width, height })
  if (!codec) return null
  const target = new bunny.BufferTarget()
  const canvas = new OffscreenCanvas(width, height)
  const context = canvas.getContext('2d')!
  const conversion = await bunny.Conversion.init({
    input,
    output: new bunny.Output({ format: new bunny.Mp4OutputFormat(), target }),
    audio: { discard: true },
    video: {
      ...{ codec, forceTranscode: true, bitrate: bunny.QUALITY_HIGH, processedWidth: width, processedHeight: height },
      process(sample) {
        sample.draw(context, 0, 0, width, height)
        drawLines(context, mark, width, height)
        return canvas
      },
    },
  })
  if (!conversion.isValid) return null
  conversion.onProgress = onProgress
  const stop = () => void conversion.cancel()
  signal.addEventListener('abort', stop, { once: true })
  try {
    await conversion.execute()
  } catch (error) {
    throw signal.aborted ? signal.reason : error
  } finally {
    signal.removeEventListener('abort', stop)
  }
  return { content: new Blob([target.buffer!], { type: 'video/mp4' }), codec: codecName(codec) }
}
