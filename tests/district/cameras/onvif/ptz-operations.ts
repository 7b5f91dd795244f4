/** The ONVIF PTZ service (ver20/ptz) in front of one motor. */
import type { Aim, Preset, PtzHead } from './ptz-head.ts'
import { child, type Element, escapeXml, faults, number, type Operation, type SoapFault, text } from './soap.ts'

const spaces = 'http://www.onvif.org/ver10/tptz'
/** What ContinuousMove without a Timeout gets, in ms. */
const usualTimeout = 5_000
const longestTimeout = 60_000

export function ptzOperations(head: PtzHead, now: () => number): Record<string, Operation> {
  return {
    ...moves(head),
    ...presets(head),
    GetStatus: () => status(head, now()),
    GetNodes: () => node('tptz:PTZNode'),
    GetNode: () => node('tptz:PTZNode'),
    GetConfigurations: () => ptzConfiguration('tptz:PTZConfiguration'),
    GetConfiguration: () => ptzConfiguration('tptz:PTZConfiguration'),
    GetConfigurationOptions: () =>
      `<tptz:PTZConfigurationOptions><tt:Spaces>${supportedSpaces()}</tt:Spaces><tt:PTZTimeout><tt:Min>PT0S</tt:Min><tt:Max>PT60S</tt:Max></tt:PTZTimeout></tptz:PTZConfigurationOptions>`,
    GetServiceCapabilities: () =>
      '<tptz:Capabilities EFlip="false" Reverse="false" MoveStatus="true" StatusPosition="true"/>',
  }
}

function moves(head: PtzHead): Record<string, Operation> {
  return {
    ContinuousMove(body) {
      const velocity = aimOf(child(body, 'Velocity'))
      const timeout = duration(text(body, 'Timeout'))
      if (!velocity || timeout === null) return faults.invalidArgument
      head.turn(velocity, timeout)
      return ''
    },
    AbsoluteMove: (body) => goTo(head, aimOf(child(body, 'Position'), head.status().aim)),
    RelativeMove(body) {
      const { aim } = head.status()
      const way = aimOf(child(body, 'Translation'))
      return goTo(head, way && { pan: aim.pan + way.pan, tilt: aim.tilt + way.tilt, zoom: aim.zoom + way.zoom })
    },
    Stop(body) {
      const stops = (axis: string): boolean => text(body, axis) !== 'false'
      head.stop({ panTilt: stops('PanTilt'), zoom: stops('Zoom') })
      return ''
    },
    GotoHomePosition: () => goTo(head, { pan: 0, tilt: 0, zoom: 0 }),
  }
}

function presets(head: PtzHead): Record<string, Operation> {
  return {
    GetPresets: () => head.presets().map(presetElement).join(''),
    GotoPreset(body) {
      const preset = head.presets().find(({ token }) => token === text(body, 'PresetToken'))
      return preset ? goTo(head, preset.aim) : faults.noToken
    },
    SetPreset(body) {
      const preset = head.keepPreset(text(body, 'PresetToken'), text(body, 'PresetName'))
      return preset ? `<tptz:PresetToken>${preset.token}</tptz:PresetToken>` : faults.noToken
    },
    RemovePreset: (body) => (head.removePreset(text(body, 'PresetToken') ?? '') ? '' : faults.noToken),
  }
}

function goTo(head: PtzHead, aim: Aim | null): string | SoapFault {
  if (!aim) return faults.invalidArgument
  head.goTo(aim)
  return ''
}

/** Reads `PanTilt` and `Zoom`; axes that are missing keep `otherwise`. Null when a number is none. */
function aimOf(vector: Element, otherwise: Aim = { pan: 0, tilt: 0, zoom: 0 }): Aim | null {
  const panTilt = vector.PanTilt === undefined ? null : child(vector, 'PanTilt')
  const zoom = vector.Zoom === undefined ? null : child(vector, 'Zoom')
  const pan = panTilt ? number(panTilt, '@x') : otherwise.pan
  const tilt = panTilt ? number(panTilt, '@y') : otherwise.tilt
  const scale = zoom ? number(zoom, '@x') : otherwise.zoom
  return pan === null || tilt === null || scale === null ? null : { pan, tilt, zoom: scale }
}

/** An xs:duration of hours, minutes and seconds in ms; null when it is something else. */
function duration(value: string | null): number | null {
  if (value === null) return usualTimeout
  const parts = /^PT(?:(\d+)H)?(?:(\d+)M)?(?:(\d+(?:\.\d+)?)S)?$/.exec(value.trim())
  if (!parts) return null
  const seconds = Number(parts[1] ?? 0) * 3600 + Number(parts[2] ?? 0) * 60 + Number(parts[3] ?? 0)
  return Math.min(longestTimeout, seconds * 1000)
}

function position({ pan, tilt, zoom }: Aim): string {
  const places = 4
  return (
    `<tt:PanTilt x="${pan.toFixed(places)}" y="${tilt.toFixed(places)}" space="${spaces}/PanTiltSpaces/PositionGenericSpace"/>` +
    `<tt:Zoom x="${zoom.toFixed(places)}" space="${spaces}/ZoomSpaces/PositionGenericSpace"/>`
  )
}

function presetElement({ token, name, aim }: Preset): string {
  return `<tptz:Preset token="${token}"><tt:Name>${escapeXml(name)}</tt:Name><tt:PTZPosition>${position(aim)}</tt:PTZPosition></tptz:Preset>`
}

function status(head: PtzHead, now: number): string {
  const { aim, panTilt, zoom } = head.status()
  const word = (moving: boolean): string => (moving ? 'MOVING' : 'IDLE')
  return (
    `<tptz:PTZStatus><tt:Position>${position(aim)}</tt:Position>` +
    `<tt:MoveStatus><tt:PanTilt>${word(panTilt)}</tt:PanTilt><tt:Zoom>${word(zoom)}</tt:Zoom></tt:MoveStatus>` +
    `<tt:UtcTime>${new Date(now).toISOString()}</tt:UtcTime></tptz:PTZStatus>`
  )
}

function range(element: string, space: string, low: number, twoAxes: boolean): string {
  const axis = (name: string): string => `<tt:${name}><tt:Min>${low}</tt:Min><tt:Max>1</tt:Max></tt:${name}>`
  return `<tt:${element}><tt:URI>${spaces}/${space}</tt:URI>${axis('XRange')}${twoAxes ? axis('YRange') : ''}</tt:${element}>`
}

function supportedSpaces(): string {
  return (
    range('AbsolutePanTiltPositionSpace', 'PanTiltSpaces/PositionGenericSpace', -1, true) +
    range('AbsoluteZoomPositionSpace', 'ZoomSpaces/PositionGenericSpace', 0, false) +
    range('RelativePanTiltTranslationSpace', 'PanTiltSpaces/TranslationGenericSpace', -1, true) +
    range('RelativeZoomTranslationSpace', 'ZoomSpaces/TranslationGenericSpace', -1, false) +
    range('ContinuousPanTiltVelocitySpace', 'PanTiltSpaces/VelocityGenericSpace', -1, true) +
    range('ContinuousZoomVelocitySpace', 'ZoomSpaces/VelocityGenericSpace', -1, false)
  )
}

function node(element: string): string {
  return (
    `<${element} token="node-1" FixedHomePosition="true"><tt:Name>PTZ</tt:Name><tt:SupportedPTZSpaces>${supportedSpaces()}</tt:SupportedPTZSpaces>` +
    `<tt:MaximumNumberOfPresets>128</tt:MaximumNumberOfPresets><tt:HomeSupported>true</tt:HomeSupported></${element}>`
  )
}

/** The one PTZ configuration, which both media profiles carry. */
export function ptzConfiguration(element: string): string {
  return (
    `<${element} token="ptz-1"><tt:Name>PTZ</tt:Name><tt:UseCount>2</tt:UseCount><tt:NodeToken>node-1</tt:NodeToken>` +
    `<tt:DefaultContinuousPanTiltVelocitySpace>${spaces}/PanTiltSpaces/VelocityGenericSpace</tt:DefaultContinuousPanTiltVelocitySpace>` +
    `<tt:DefaultContinuousZoomVelocitySpace>${spaces}/ZoomSpaces/VelocityGenericSpace</tt:DefaultContinuousZoomVelocitySpace>` +
    `<tt:DefaultPTZTimeout>PT${usualTimeout / 1000}S</tt:DefaultPTZTimeout>` +
    `<tt:PanTiltLimits>${range('Range', 'PanTiltSpaces/PositionGenericSpace', -1, true)}</tt:PanTiltLimits>` +
    `<tt:ZoomLimits>${range('Range', 'ZoomSpaces/PositionGenericSpace', 0, false)}</tt:ZoomLimits></${element}>`
  )
}
