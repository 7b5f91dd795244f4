/** The clips of a look, read into memory and packetised once for all cameras and viewers that share them. */
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Profile } from '../../../native/contract/camera.ts'
import { accessUnits, nalType } from './annex-b.ts'
import { encodedLook, type EncodeOptions, snapshotsPerLoop } from './encode.ts'
import { loopFrames, loopIndex } from './loop.ts'
import { type Look, profileShapes, type VideoCodec } from './looks.ts'
import { packetise, type PacketisedUnit } from './rtp.ts'

export const payloadType = 96

/** One profile of a look as RTP. */
export interface Clip {
  width: number
  height: number
  codec: VideoCodec
  /** Parameter sets without start codes, one of each kind: sequence and picture, in H.265 with video before them. */
  parameterSets: Buffer[]
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
  const codec = look.codec ?? 'h264'
  const names = Array.from({ length: snapshotsPerLoop }, (_, at) => `${String(at).padStart(2, '0')}.jpg`)
  return {
    look,
    clips: segmented
      ? null
      : { main: clip(look, 'main', await file(`main.${codec}`)), sub: clip(look, 'sub', await file(`sub.${codec}`)) },
    movies: segmented ? { main: await file('main.mp4'), sub: await file('sub.mp4') } : null,
    snapshots: await Promise.all(names.map(file)),
  }
}

function clip(look: Look, profile: Profile, stream: Buffer): Clip {
  const codec = look.codec ?? 'h264'
  const units = accessUnits(stream, codec)
  const first = units[0]
  if (units.length !== loopFrames || !first?.key)
    throw new Error(`the clip of ${look.scene} has ${units.length} pictures instead of ${loopFrames}`)
  const parameters = (type: number): Buffer => {
    const found = first.nals.find((nal) => nalType(nal, codec) === type)
    if (!found) throw new Error(`the clip of ${look.scene} lacks parameter sets`)
    // A copy: the clip's file need not stay in memory.
    return Buffer.from(found)
  }
  const { width, height } = profileShapes[profile]
  const packets = units.map((unit) => packetise(unit, payloadType, codec))
  return {
    width,
    height,
    codec,
    parameterSets: (codec === 'h264' ? [7, 8] : [32, 33, 34]).map(parameters),
    units: packets.map((_, index) => packets[loopIndex(index - look.keyPhase)]!),
  }
}

/** The newest snapshot at a frame number. */
export function snapshotAt(loaded: LoadedLook, frame: number): Buffer {
  const step = loopFrames / snapshotsPerLoop
  return loaded.snapshots[Math.floor(loopIndex(frame - loaded.look.keyPhase) / step)]!
}
