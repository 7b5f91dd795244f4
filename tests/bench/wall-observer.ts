/**
 * Runs in a measured page, beside the program and without its help: reads the barcode out of the pictures that the page's `<video>`s
 * show, and counts them. Bundled and put into the page before anything else (see wall-page.ts).
 *
 * A picture is read when the browser calls for it (requestVideoFrameCallback, in the frame that is being drawn with it), and counts as shown
 * at that instant. Of each element only one picture in so many is read, of that only the luma of two rows of the barcode (a VideoFrame
 * copied in part: nothing is converted or drawn), and how long reading took is counted.
 */
import { readBarcode, sentAt } from '../district/cameras/barcode.ts'
import { lagOf } from './wall-cameras.ts'

export interface Reading {
  camera: string
  /** Milliseconds from the instant that the picture was due to be sent to the one that it was found on its element. */
  latency: number
  /** The same to when the browser expects it to be visible: an estimate, rough where nothing else moves on the page. */
  expected: number
}
export interface VideoTotals {
  camera: string
  /** Milliseconds from the element being there to its first picture; null before. */
  firstFrame: number | null
  /** Pictures given to the compositor since the element is there. */
  presented: number
}
export interface PictureAge {
  camera: string
  /** Milliseconds since the shown picture was sent; null when there is no picture with a barcode. */
  age: number | null
  /** What the tile says of it. */
  state: string | null
}
export interface WallObserver {
  readings: Reading[]
  /** Milliseconds that the page's thread spent on reading. */
  spent: number
  videos(): VideoTotals[]
  /** How old what each element shows is, now. */
  ages(): Promise<PictureAge[]>
}

/** One picture in so many of each element is read. */
const every = 4
/** The least height that a barcode is read from. */
const readableRows = 36
const observer: WallObserver = { readings: [], spent: 0, videos, ages }
const watched = new Map<HTMLVideoElement, { since: number; firstFrame: number | null; presented: number }>()

const cameraOf = (video: HTMLVideoElement) => video.closest<HTMLElement>('[data-camera]')?.dataset.camera ?? ''

function watch(video: HTMLVideoElement): void {
  const seen = { since: performance.now(), firstFrame: null as number | null, presented: 0 }
  watched.set(video, seen)
  let before = 0
  let calls = 0
  const look: VideoFrameRequestCallback = (_now, metadata) => {
    if (!video.isConnected) return
    const { expectedDisplayTime, presentedFrames } = metadata
    video.requestVideoFrameCallback(look)
    seen.firstFrame ??= performance.now() - seen.since
    // Another stream on the same element counts from the start.
    seen.presented += presentedFrames > before ? presentedFrames - before : 1
    before = presentedFrames
    calls += 1
    if (calls % every !== 0) return
    const camera = cameraOf(video)
    const calledAt = performance.timeOrigin + performance.now()
    const expectedAt = performance.timeOrigin + expectedDisplayTime
    void read(video, camera).then((sent) => {
      if (sent !== null) observer.readings.push({ camera, latency: calledAt - sent, expected: expectedAt - sent })
    })
  }
  video.requestVideoFrameCallback(look)
}

/** When the picture that the element shows at the call was due to be sent, ms since 1970. */
async function read(video: HTMLVideoElement, camera: string): Promise<number | null> {
  const began = performance.now()
  const now = Date.now()
  let frame: VideoFrame
  try {
    frame = new VideoFrame(video)
  } catch {
    return null // Nothing is shown.
  }
  const { x, y, width, height } = frame.visibleRect ?? new DOMRect()
  // Two rows through the middle of the blocks, put where they are looked for in the smallest picture that can be read.
  const row = Math.floor((height * 17.5) / 18 / 2) * 2
  const luma = (readableRows - 2) * width
  const pixels = new Uint8Array(readableRows * width + width * 2)
  const planes = [luma, readableRows * width, (readableRows + 1) * width].map((offset) => ({ offset, stride: width }))
  const copied = frame.copyTo(pixels, {
    rect: { x, y: y + row, width, height: 2 },
    layout: frame.format === 'NV12' ? planes.slice(0, 2) : planes,
  })
  observer.spent += performance.now() - began
  await copied.catch(() => null)
  frame.close()
  const resumed = performance.now()
  const index = readBarcode(pixels, width, readableRows)
  const lag = lagOf(camera)
  observer.spent += performance.now() - resumed
  return index === null ? null : sentAt(index, now - lag) + lag
}

function videos(): VideoTotals[] {
  return [...watched]
    .filter(
      ([video, { presented }]) => video.isConnected && (presented > 0 || video.srcObject !== null || video.src !== ''),
    )
    .map(([video, { firstFrame, presented }]) => ({ camera: cameraOf(video), firstFrame, presented }))
}

async function ages(): Promise<PictureAge[]> {
  const now = Date.now()
  const shown = [...watched.keys()].filter((video) => video.isConnected && video.readyState >= 2)
  return await Promise.all(
    shown.map(async (video) => {
      const camera = cameraOf(video)
      const state = video.closest<HTMLElement>('[data-state]')?.dataset.state ?? null
      const sent = await read(video, camera)
      return { camera, state, age: sent === null ? null : now - sent }
    }),
  )
}

new MutationObserver((changes) => {
  for (const { addedNodes } of changes)
    for (const node of addedNodes) {
      if (!(node instanceof Element)) continue
      const found = [...(node instanceof HTMLVideoElement ? [node] : []), ...node.querySelectorAll('video')]
      for (const video of found) if (!watched.has(video)) watch(video)
    }
  for (const video of watched.keys()) if (!video.isConnected) watched.delete(video)
}).observe(document, { childList: true, subtree: true })

Object.assign(globalThis, { wallObserver: observer })
