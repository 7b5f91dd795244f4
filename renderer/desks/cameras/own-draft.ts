/** A camera of the community as it is typed in: from what is known, and into what is kept or why it cannot be. Pure. */
import type { CameraRow, CameraSource } from '../../../native/contract/camera.ts'
import { deviceCodeProblem, readDeviceCode } from '../../../native/contract/device-code.ts'
import type { CameraTrial, OwnCamera, OwnCameraInput } from '../../../native/contract/own-camera.ts'

export const sourceKinds = ['onvif', 'rtsp', 'hls'] as const
/** `keep`: the account that is sealed here stays. */
export type Access = 'keep' | 'none' | 'given'

export interface OwnDraft {
  deviceCode: string
  name: string
  place: string
  longitude: string
  latitude: string
  heading: string
  gridCode: string
  steerable: boolean
  kind: CameraSource['kind']
  mainUrl: string
  subUrl: string
  access: Access
  user: string
  password: string
}
export type DraftField = 'deviceCode' | 'name' | 'longitude' | 'latitude' | 'heading' | 'mainUrl' | 'subUrl' | 'user'
/** `missing`, out of its `range`, no `address` of this kind, or one with an account in it. */
export type DraftProblem = 'missing' | 'range' | 'address' | 'credentials' | 'code'
export type DraftProblems = Partial<Record<DraftField, DraftProblem>>

export function emptyDraft(): OwnDraft {
  return {
    ...{ deviceCode: '', name: '', place: '', longitude: '', latitude: '', heading: '', gridCode: '' },
    ...{ steerable: false, kind: 'onvif', mainUrl: '', subUrl: '', access: 'given', user: '', password: '' },
  }
}

export function draftOf(camera: OwnCamera): OwnDraft {
  const { deviceCode, name, place, longitude, latitude, heading, gridCode, steerable, source } = camera
  const [mainUrl, subUrl] =
    source.kind === 'rtsp'
      ? [source.mainUrl, source.subUrl ?? '']
      : [source.kind === 'onvif' ? source.deviceUrl : source.url, '']
  return {
    ...{ deviceCode, name, place, gridCode, steerable, kind: source.kind, mainUrl, subUrl, user: '', password: '' },
    ...{ longitude: String(longitude), latitude: String(latitude), heading: heading === null ? '' : String(heading) },
    access: camera.hasCredentials ? 'keep' : 'none',
  }
}

/** Digits typed with a Chinese input method count. NaN where it is no number. */
function numberOf(text: string): number {
  const plain = text.normalize('NFKC').trim()
  return /^-?\d+(\.\d+)?$/.test(plain) ? Number(plain) : NaN
}

const schemes: Record<CameraSource['kind'], RegExp> = {
  ...{ onvif: /^https?:\/\/[^/]/i, rtsp: /^rtsp:\/\/[^/]/i, hls: /^https?:\/\/[^/]/i },
}
const mostUrl = 500

function addressProblem(kind: CameraSource['kind'], address: string): DraftProblem | null {
  if (address === '') return 'missing'
  if (!schemes[kind].test(address) || address.length > mostUrl || !URL.canParse(address)) return 'address'
  return /^[^/?#]*\/\/[^/?#]*@/.test(address) ? 'credentials' : null
}

function sourceProblems(draft: OwnDraft): DraftProblems {
  const problems: DraftProblems = {}
  const main = addressProblem(draft.kind, draft.mainUrl.trim())
  if (main) problems.mainUrl = main
  const sub = draft.kind === 'rtsp' && draft.subUrl.trim() ? addressProblem('rtsp', draft.subUrl.trim()) : null
  if (sub) problems.subUrl = sub
  if (draft.access === 'given' && draft.user.trim() === '' && draft.password !== '') problems.user = 'missing'
  return problems
}

function sourceOf({ kind, mainUrl, subUrl }: OwnDraft): CameraSource {
  const main = mainUrl.trim()
  if (kind === 'rtsp') return { kind, mainUrl: main, subUrl: subUrl.trim() || null }
  return kind === 'onvif' ? { kind, deviceUrl: main } : { kind, url: main }
}

function credentialsOf({ access, user, password }: OwnDraft): OwnCameraInput['credentials'] {
  if (access === 'keep') return 'keep'
  return access === 'given' && user.trim() !== '' ? { user: user.trim(), password } : null
}

/** What is needed to look at it; the rest of the form may still be empty. */
export function readTrial(
  draft: OwnDraft,
  cameraId: string | null,
): { trial: CameraTrial } | { problems: DraftProblems } {
  const problems = sourceProblems(draft)
  if (Object.keys(problems).length > 0) return { problems }
  return { trial: { cameraId, source: sourceOf(draft), credentials: credentialsOf(draft) } }
}

export function readDraft(draft: OwnDraft): { input: OwnCameraInput } | { problems: DraftProblems } {
  const problems = sourceProblems(draft)
  const between = (field: 'longitude' | 'latitude', least: number, most: number) => {
    const value = numberOf(draft[field])
    if (draft[field].trim() === '') problems[field] = 'missing'
    else if (!(value >= least && value <= most)) problems[field] = 'range'
    return value
  }
  const deviceCode = draft.deviceCode.normalize('NFKC').replaceAll(/\s/g, '')
  if (deviceCodeProblem(deviceCode)) problems.deviceCode = deviceCode === '' ? 'missing' : 'code'
  if (draft.name.trim() === '') problems.name = 'missing'
  const longitude = between('longitude', 73, 136)
  const latitude = between('latitude', 3, 54)
  const heading = draft.heading.trim() === '' ? null : numberOf(draft.heading)
  if (heading !== null && !(heading >= 0 && heading < 360)) problems.heading = 'range'
  if (Object.keys(problems).length > 0) return { problems }
  const { name, place, gridCode, steerable } = draft
  return {
    input: {
      ...{ deviceCode, name: name.trim(), place: place.trim(), longitude, latitude, heading },
      ...{ gridCode: gridCode.trim(), steerable, source: sourceOf(draft), credentials: credentialsOf(draft) },
    },
  }
}

/** One more than the highest of the community's own codes; null where there is none to count on from. */
export function nextDeviceCode(cameras: Iterable<Pick<CameraRow, 'deviceCode' | 'owner'>>): string | null {
  let highest = ''
  for (const { owner, deviceCode } of cameras) {
    if (owner === 'own-community' && readDeviceCode(deviceCode) && deviceCode > highest) highest = deviceCode
  }
  const serial = Number(highest.slice(14)) + 1
  return highest === '' || serial > 999_999 ? null : highest.slice(0, 14) + String(serial).padStart(6, '0')
}
