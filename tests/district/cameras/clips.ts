/** The clips of a look, read into memory and packetised once for all cameras and viewers that share them. */
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Profile } from '../../../native/contract/camera.ts'
import { accessUnits, nalType } from './annex-b.ts'
import { encodedLook, type EncodeOptions, snapshotsPerLoop } from './encode.ts'
import { loopFrames, loopIndex } from './loop.ts'
import { type Look, profileShapes } from './looks.ts'
import { packetise, type PacketisedUnit } from './rtp.ts'

export const payloadType = 96

/** One profile of a look as RTP. */
export interface Clip {
  width: number
  height: number
  /** Parameter sets without start codes. */
  sequenceParameters: Buffer
  pictureParameters: Buffer
  /** By loop index: `units[k]` shows barcode k. */
  units: PacketisedUnit[]
}

export interface LoadedLook {
  look: Look
  /** Null for looks that are sent as HLS. */
  clips: Record<Profile, Clip> | null
  /** Fragmented MP4, null for looks that are sent as RTP. */
  movies: Record<Profile, Buffer> | null
  /** JPEG snapshots, evenly spaced over the loop, the first at the look's key phase. */
  snapshots: Buffer[]
}

export async function loadLook(look: Look, options: EncodeOptions): Promise<LoadedLook> {
  const folder = await encodedLook(look, options)
  const file = (name: string): Promise<Buffer> => readFile(join(folder, name), { signal: options.signal })
  const segmented = look.kind === 'hls'
  const names = Array.from({ length: snapshotsPerLoop }, (_, at) => `${String(at).padStart(2, '0')}.jpg`)
  return {
    look,
    clips: segmented
      ? null
      : { main: clip(look, 'main', await file('main.h264')), sub: clip(look, 'sub', await file('sub.h264')) },
    movies: segmented ? { main: await file('main.mp4'), sub: await file('sub.mp4') } : null,
    snapshots: await Promise.all(names.map(file)),
  }
}

function clip(look: Look, profile: Profile, stream: Buffer): Clip {
  const units = accessUnits(stream)
  const first = units[0]
  if (units.length !== loopFrames || !first?.key)
    throw new Error(`the clip of ${look.scene} has ${units.length} pictures instead of ${loopFrames}`)
  const parameters = (type: number): Buffer => {
    const found = first.nals.find((nal) => nalType(nal) === type)
    if (!found) throw new Error(`the clip of ${look.scene} lacks parameter sets`)
    // A copy: the clip's file need not stay in memory.
    return Buffer.from(found)
  }
  const { width, height } = profileShapes[profile]
  const packets = units.map((unit) => packetise(unit, payloadType))
  return {
    width,
    height,
    sequenceParameters: parameters(7),
    pictureParameters: parameters(8),
    units: packets.map((_, index) => packets[loopIndex(index - look.keyPhase)]!),
  }
}

/** The newest snapshot at a frame number. */
export function snapshotAt(loaded: LoadedLook, frame: number): Buffer {
  const step = loopFrames / snapshotsPerLoop
  return loaded.snapshots[Math.floor(loopIndex(frame - loaded.look.keyPhase) / step)]!
}
