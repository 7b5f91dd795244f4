/** Takes snapshots and clips: checks what the page says against what the stream really brought, and says what is to be recorded. */
import type { Camera } from '../contract/camera.ts'
import type { Evidence } from '../contract/case.ts'
import { evidencePieceBytes } from '../contract/evidence.ts'
import {
  type ClipRequest,
  mostClipMs,
  type RecordedPictures,
  type SnapshotRequest,
  type TakenRecord,
} from '../contract/video-evidence.ts'
import type { WatchedCamera } from '../cameras/watches.ts'
import { ownerRules } from '../cameras/owner-rules.ts'
import type { Intake } from '../evidence/intake.ts'
import { Fault } from '../fault.ts'
import type { Recent, RecentClip } from '../media/recent-clip.ts'

/** What is known once the pictures are there: all of a record but who took it, where and when. */
export type Taken = Pick<TakenRecord, 'kind' | 'camera' | 'profile' | 'reason' | 'pictures' | 'file' | 'origin'>

export interface TakeOptions {
  /** What was received of a watch between two instants. */
  recent: (watchId: string, from: number, to: number) => Promise<Recent>
  intake: Pick<Intake, 'begin' | 'append' | 'finish' | 'discard'>
}

export interface Watched {
  of: WatchedCamera
  camera: Camera
}

/** The page's clock and ours are the same; what it says is rounded. */
const roundingMs = 5
/** A picture that was received so long before the asked moment is another one. */
const mostApartMs = 500

/** A request without what the owner wants to hear is refused: `forbidden` (snapshot-for-a-case). */
export function ruleAgainstSnapshot({ owner }: Camera, { reason, caseId }: SnapshotRequest): Fault | null {
  const isMissing = reason === null || caseId === null
  if (ownerRules[owner].snapshot === 'free' || !isMissing) return null
  return new Fault('forbidden', `a picture of ${owner} is taken for a case only, with a reason`, 'snapshot-for-a-case')
}

/** `file` is the picture that the page handed over. Fault: `conflict` (picture-unknown). */
export async function takeSnapshot(
  { recent, intake }: TakeOptions,
  watched: Watched,
  request: SnapshotRequest,
  file: Evidence,
): Promise<Taken> {
  const { watchId, receivedAt, shownBy, width, height, reason } = request
  const shown = { from: receivedAt, to: receivedAt, shownBy, width, height }
  const about = { ...aboutOf(watched), kind: 'snapshot', reason, file } as const
  const found = await recent(watchId, receivedAt, receivedAt + roundingMs)
  if (found.outcome === 'clip') {
    if (Math.abs(found.to - receivedAt) > mostApartMs) throw unknown(receivedAt)
    const pictures = { ...shown, ...factsOf(found), from: receivedAt, to: receivedAt, width, height, shownBy }
    return { ...about, pictures, origin: await keep(intake, found, originName(file.name)) }
  }
  if (found.outcome === 'forbidden') {
    const { cameraOffsetMs, format } = found
    const near = await recent(watchId, receivedAt - mostApartMs, receivedAt + mostApartMs)
    if (near.outcome !== 'forbidden' || near.received.length === 0) throw unknown(receivedAt)
    const codec = format?.codec ?? null
    return { ...about, pictures: { ...shown, codec, count: null, cameraOffsetMs, proof: 'times' }, origin: null }
  }
  if (shownBy === 'frame') throw unknown(receivedAt)
  return {
    ...about,
    pictures: { ...shown, codec: null, count: null, cameraOffsetMs: null, proof: 'none' },
    origin: null,
  }
}

/** Faults: `forbidden` (nothing-kept), `conflict` (picture-unknown). */
export async function takeClip(
  { recent, intake }: TakeOptions,
  watched: Watched,
  { watchId, from, to }: ClipRequest,
  name: string,
): Promise<Taken> {
  if (!ownerRules[watched.camera.owner].mayKeep) throw nothingKept(watched.camera)
  const found = await recent(watchId, Math.max(from, to - mostClipMs), to)
  if (found.outcome === 'forbidden') throw nothingKept(watched.camera)
  if (found.outcome === 'nothing') throw unknown(from)
  const file = await keep(intake, found, name)
  return { ...aboutOf(watched), kind: 'clip', reason: null, pictures: factsOf(found), file, origin: null }
}

const unknown = (at: number) => new Fault('conflict', `no picture was received at ${at}`, 'picture-unknown')
const nothingKept = ({ owner }: Camera) => new Fault('forbidden', `${owner} lets nothing be kept`, 'nothing-kept')

function aboutOf({ of, camera: { id, name, deviceCode, owner, place } }: Watched) {
  return { camera: { id, name, deviceCode, owner, place }, profile: of.profile }
}

function factsOf({ from, to, pictures: count, format, cameraOffsetMs }: RecentClip): RecordedPictures {
  const { codec, width, height } = format
  return { from, to, shownBy: 'frame', codec, width, height, count, cameraOffsetMs, proof: 'pictures' }
}

const originName = (name: string) => `${name.replace(/\.[a-z0-9]+$/i, '')}-原始码流.mp4`

/** Through the same door as every other file: sealed, hashed, and its content looked at. */
async function keep(intake: TakeOptions['intake'], { file }: RecentClip, name: string): Promise<Evidence> {
  const { id } = await intake.begin({ name, bytes: file.byteLength })
  try {
    for (let at = 0; at < file.byteLength; at += evidencePieceBytes)
      await intake.append(id, at, Buffer.from(file.subarray(at, at + evidencePieceBytes)))
    return (await intake.finish(id)).evidence
  } catch (error) {
    await intake.discard(id)
    throw error
  }
}
