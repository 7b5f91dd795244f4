/** The picture that a tile shows, exactly as it came, together with the moment at which it was received. */
import type { PlayerReading } from '../../../players/player.ts'

export interface ShownPicture {
  /** PNG of the stream's own size: nothing is lost on the way. */
  content: Blob
  width: number
  height: number
  /** Ms since 1970. */
  receivedAt: number
  shownBy: PlayerReading['ageBy']
}

/** A stream that stands still brings no new picture: then the last one is what is shown. */
const newPictureMs = 400

/**
 * Waits for the next picture, so that it and its reading belong together: a player notes its time in the callback that was asked for before ours
 * (requestVideoFrameCallback runs them in order). Null when there is no picture.
 */
export async function takeShownPicture(
  video: HTMLVideoElement,
  readNow: () => { at: number; reading: PlayerReading | null },
): Promise<ShownPicture | null> {
  const canvas = new OffscreenCanvas(1, 1)
  const shown = await new Promise<Omit<ShownPicture, 'content'> | null>((resolve) => {
    const take = () => {
      clearTimeout(timer)
      video.cancelVideoFrameCallback(callback)
      resolve(draw(video, canvas, readNow()))
    }
    const callback = video.requestVideoFrameCallback(take)
    const timer = setTimeout(take, newPictureMs)
  })
  return shown && { ...shown, content: await canvas.convertToBlob({ type: 'image/png' }) }
}

function draw(
  video: HTMLVideoElement,
  canvas: OffscreenCanvas,
  { at, reading }: { at: number; reading: PlayerReading | null },
): Omit<ShownPicture, 'content'> | null {
  const { videoWidth: width, videoHeight: height } = video
  if (width === 0 || !reading || reading.ageMs === null) return null
  Object.assign(canvas, { width, height })
  canvas.getContext('2d')?.drawImage(video, 0, 0)
  return { width, height, receivedAt: Math.round(at - reading.ageMs), shownBy: reading.ageBy }
}
