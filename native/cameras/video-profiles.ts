/** Chooses what to play of an ONVIF device's media profiles. */
import { z } from 'zod'
import type { Profile } from '../contract/camera.ts'

export interface VideoProfile {
  token: string
  /** As the device writes it: `H264`, `H265`, `JPEG`, ... */
  encoding: string
  width: number
  height: number
  /** Which lens or input it shows; null when the device does not say. */
  source: string | null
  /** As people call it; may be empty. */
  name: string
  /** It carries what turns the camera. */
  isSteerable: boolean
}

/** Narrower pictures than this are thumbnails. */
const leastSubWidth = 320

const text = z.union([z.string().min(1), z.number()]).transform(String)
const side = z.number().int().min(1).max(65_535)
const rawProfile = z.object({
  $: z.object({ token: text }),
  videoSourceConfiguration: z.object({ sourceToken: text }).nullish().catch(null),
  name: text.catch(''),
  PTZConfiguration: z.unknown().optional(),
  videoEncoderConfiguration: z.object({ encoding: text, resolution: z.object({ width: side, height: side }) }),
})

/** Reads the profiles as the library gives them; those without video are left out. */
export function readProfiles(raw: unknown): VideoProfile[] {
  return (Array.isArray(raw) ? raw : []).flatMap((entry) => {
    const profile = rawProfile.safeParse(entry).data
    if (!profile) return []
    const { encoding, resolution } = profile.videoEncoderConfiguration
    const source = profile.videoSourceConfiguration?.sourceToken ?? null
    const isSteerable = profile.PTZConfiguration !== undefined && profile.PTZConfiguration !== null
    return [{ token: profile.$.token, encoding, ...resolution, source, name: profile.name.slice(0, 200), isSteerable }]
  })
}

/** Best first: every browser decodes H.264; whether this one decodes H.265 is found out when it is opened. */
const encodings = [/^(video\/)?h\.?264$|^avc$/i, /^(video\/)?h\.?265$|^hevc$/i]

/** `main`: the largest H.264 picture; `sub`: the smallest that is no thumbnail. Of several lenses the first. H.265 only without any H.264; null without both. */
export function chooseProfile(profiles: readonly VideoProfile[], wanted: Profile): VideoProfile | null {
  const byEncoding = encodings.map((encoding) => profiles.filter((profile) => encoding.test(profile.encoding)))
  const playable = byEncoding.find((found) => found.length > 0) ?? []
  const sameLens = playable.filter((profile) => profile.source === playable[0]?.source)
  const bySize = sameLens.sort((a, b) => a.width * a.height - b.width * b.height)
  const largest = bySize.at(-1) ?? null
  if (wanted === 'main') return largest
  return bySize.find((profile) => profile.width >= leastSubWidth) ?? largest
}
