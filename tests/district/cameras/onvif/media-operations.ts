/** The ONVIF Media service (ver10/media): two H.264 profiles, their stream and snapshot addresses. */
import { frameRate } from '../loop.ts'
import { profileShapes } from '../looks.ts'
import { ptzConfiguration } from './ptz-operations.ts'
import { escapeXml, faults, type Operation, type SoapFault, text } from './soap.ts'

type ProfileName = keyof typeof profileShapes
export interface MediaFacts {
  steerable: boolean
  streamUrl: (profile: ProfileName) => string
  snapshotUrl: () => string
  /** Frames from one key frame to the next. */
  keyInterval: number
}

const names = ['main', 'sub'] as const
const source = 'source-1'

/** Token of a profile, as clients send it back. */
export function profileToken(profile: ProfileName): string {
  return `profile-${profile}`
}

export function mediaOperations(facts: MediaFacts): Record<string, Operation> {
  const ofProfile = (answer: (profile: ProfileName) => string): Operation => {
    return (body): string | SoapFault => {
      const wanted = names.find((name) => profileToken(name) === text(body, 'ProfileToken'))
      return wanted ? answer(wanted) : faults.noProfile
    }
  }
  const uri = (address: string): string =>
    `<trt:MediaUri><tt:Uri>${escapeXml(address)}</tt:Uri><tt:InvalidAfterConnect>false</tt:InvalidAfterConnect>` +
    '<tt:InvalidAfterReboot>false</tt:InvalidAfterReboot><tt:Timeout>PT0S</tt:Timeout></trt:MediaUri>'
  return {
    GetProfiles: () => names.map((name) => profileElement('trt:Profiles', name, facts)).join(''),
    GetProfile: ofProfile((name) => profileElement('trt:Profile', name, facts)),
    GetStreamUri: ofProfile((name) => uri(facts.streamUrl(name))),
    GetSnapshotUri: ofProfile(() => uri(facts.snapshotUrl())),
    GetVideoSources: () =>
      `<trt:VideoSources token="${source}"><tt:Framerate>${frameRate}</tt:Framerate>${resolution('main')}</trt:VideoSources>`,
    GetVideoSourceConfigurations: () => sourceConfiguration('trt:Configurations'),
    GetVideoEncoderConfigurations: () =>
      names.map((name) => encoderConfiguration('trt:Configurations', name, facts)).join(''),
    GetServiceCapabilities: () =>
      '<trt:Capabilities SnapshotUri="true" Rotation="false"><trt:ProfileCapabilities MaximumNumberOfProfiles="2"/>' +
      '<trt:StreamingCapabilities RTPMulticast="false" RTP_TCP="true" RTP_RTSP_TCP="true"/></trt:Capabilities>',
  }
}

function resolution(name: ProfileName): string {
  const { width, height } = profileShapes[name]
  return `<tt:Resolution><tt:Width>${width}</tt:Width><tt:Height>${height}</tt:Height></tt:Resolution>`
}

function sourceConfiguration(element: string): string {
  const { width, height } = profileShapes.main
  return (
    `<${element} token="source-configuration"><tt:Name>source</tt:Name><tt:UseCount>2</tt:UseCount>` +
    `<tt:SourceToken>${source}</tt:SourceToken><tt:Bounds x="0" y="0" width="${width}" height="${height}"/></${element}>`
  )
}

function encoderConfiguration(element: string, name: ProfileName, { keyInterval }: MediaFacts): string {
  const limit = Math.round(profileShapes[name].bitrate / 1000)
  return (
    `<${element} token="encoder-${name}"><tt:Name>${name}</tt:Name><tt:UseCount>1</tt:UseCount><tt:Encoding>H264</tt:Encoding>` +
    `${resolution(name)}<tt:Quality>4</tt:Quality><tt:RateControl><tt:FrameRateLimit>${frameRate}</tt:FrameRateLimit>` +
    `<tt:EncodingInterval>1</tt:EncodingInterval><tt:BitrateLimit>${limit}</tt:BitrateLimit></tt:RateControl>` +
    `<tt:H264><tt:GovLength>${keyInterval}</tt:GovLength><tt:H264Profile>${name === 'main' ? 'Baseline' : 'High'}</tt:H264Profile></tt:H264>` +
    '<tt:Multicast><tt:Address><tt:Type>IPv4</tt:Type><tt:IPv4Address>0.0.0.0</tt:IPv4Address></tt:Address><tt:Port>0</tt:Port><tt:TTL>0</tt:TTL><tt:AutoStart>false</tt:AutoStart></tt:Multicast>' +
    `<tt:SessionTimeout>PT60S</tt:SessionTimeout></${element}>`
  )
}

function profileElement(element: string, name: ProfileName, facts: MediaFacts): string {
  const title = name === 'main' ? '主码流' : '子码流'
  return (
    `<${element} token="${profileToken(name)}" fixed="true"><tt:Name>${title}</tt:Name>` +
    sourceConfiguration('tt:VideoSourceConfiguration') +
    encoderConfiguration('tt:VideoEncoderConfiguration', name, facts) +
    (facts.steerable ? ptzConfiguration('tt:PTZConfiguration') : '') +
    `</${element}>`
  )
}
