/** What a simulated camera says of itself to DESCRIBE (RFC 8866): its pictures, and its sound where it has one. */
import { type Clip, payloadType } from './clips.ts'
import { frameRate } from './loop.ts'
import type { Sound } from './sound.ts'

export function describeSession(clip: Clip, sound: Sound | null, facts: { host: string; session: number }): string {
  return [
    'v=0',
    `o=- ${facts.session} 1 IN IP4 ${facts.host}`,
    's=Media Server',
    `c=IN IP4 ${facts.host}`,
    't=0 0',
    'a=control:*',
    'a=range:npt=now-',
    `m=video 0 RTP/AVP ${payloadType}`,
    `a=rtpmap:${payloadType} ${clip.codec.toUpperCase()}/90000`,
    `a=fmtp:${payloadType} ${formatParameters(clip)}`,
    `a=framerate:${frameRate}`,
    'a=recvonly',
    'a=control:trackID=0',
    ...(sound?.description ?? []),
    '',
  ].join('\r\n')
}

function formatParameters({ codec, parameterSets }: Clip): string {
  const sets = parameterSets.map((set) => set.toString('base64'))
  if (codec === 'h265') return ['vps', 'sps', 'pps'].map((kind, at) => `sprop-${kind}=${sets[at]}`).join(';')
  const level = parameterSets[0]!.toString('hex', 1, 4)
  return `packetization-mode=1;profile-level-id=${level};sprop-parameter-sets=${sets.join(',')}`
}
