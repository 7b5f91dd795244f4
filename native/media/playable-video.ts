/** Chooses what to play of a session description, and makes what takes its packets. */
import { Depacketiser } from './depacketiser.ts'
import { h264 } from './h264-rules.ts'
import { h265 } from './h265-rules.ts'
import { StreamFailure } from './media-unit.ts'
import type { NalRules } from './nal-rules.ts'
import { decodeSpropParameterSets } from './parameter-sets.ts'
import type { VideoDescription } from './sdp.ts'

/** By encoding name: the rules, and the parameters that carry parameter sets. In order of preference: every browser decodes H.264. */
const playable: Record<string, { rules: (video: VideoDescription) => NalRules; sets: readonly string[] }> = {
  H264: { rules: () => h264, sets: ['sprop-parameter-sets'] },
  H265: {
    rules: (video) => h265(Number(video.parameters.get('sprop-max-don-diff') ?? 0) > 0),
    sets: ['sprop-vps', 'sprop-sps', 'sprop-pps'],
  },
}

/** Throws `StreamFailure` (unsupported) when there is nothing to play. */
export function chooseVideo(videos: readonly VideoDescription[]): VideoDescription & { create: () => Depacketiser } {
  for (const [encoding, { rules, sets }] of Object.entries(playable)) {
    const video = videos.find((one) => one.encoding === encoding)
    if (!video) continue
    const parameterSets = sets.flatMap((name) => decodeSpropParameterSets(video.parameters.get(name) ?? ''))
    const { clockRate } = video
    return { ...video, create: () => new Depacketiser({ rules: rules(video), clockRate, parameterSets }) }
  }
  const offered = videos.map((video) => video.encoding.slice(0, 20)).join(', ') || 'no video'
  throw new StreamFailure(
    'unsupported',
    `the camera offers ${offered}; ${Object.keys(playable).join(', ')} can be played`,
  )
}
