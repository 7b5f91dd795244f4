/** The PTZ service of one ONVIF device. */
import type { Preset, Velocity } from '../contract/ptz.ts'
import { Fault } from '../fault.ts'
import type { OnvifDevice } from './onvif-device.ts'
import { descend, each, escapeXml, readAnswer, textOf } from './onvif-xml.ts'

export interface Ptz {
  /** Turns for at most `timeoutMs`, which is the camera's to keep. */
  move(velocity: Velocity, timeoutMs: number): Promise<void>
  stop(): Promise<void>
  presets(): Promise<Preset[]>
  goTo(presetToken: string): Promise<void>
  /** Keeps where it points now; answers the preset's token. */
  setPreset(presetToken: string | null, name: string): Promise<string>
  removePreset(presetToken: string): Promise<void>
  /** Null when the device does not tell. */
  isMoving(): Promise<boolean | null>
}

/** More presets than any camera has. */
const mostPresets = 300

/** Fault: `invalid` (not-steerable) when the device has nothing that turns. */
export async function openPtz(device: OnvifDevice): Promise<Ptz> {
  const profile = (await device.profiles()).find(({ isSteerable }) => isSteerable)
  if (!device.services().hasPtz || !profile) throw new Fault('invalid', 'nothing of it turns', 'not-steerable')
  const profileToken = escapeXml(profile.token)
  // The package writes what it is given into XML as it is.
  const ask = (doing: string, ...[invoke]: [Parameters<typeof device.request<string>>[1]]) =>
    device.request<string>(doing, invoke)
  return {
    async move({ pan, tilt, zoom }, timeoutMs) {
      const options = { profileToken, x: short(pan), y: short(tilt), zoom: short(zoom), timeout: timeoutMs }
      await ask('ContinuousMove', (cam, done) => cam.continuousMove(options, done))
    },
    async stop() {
      await ask('Stop', (cam, done) => cam.stop({ profileToken, panTilt: true, zoom: true }, done))
    },
    async presets() {
      const xml = await ask('GetPresets', (cam, done) =>
        cam.getPresets({ profileToken }, (error, _data, raw) => done(error, raw)),
      )
      return readPresets(xml ?? '')
    },
    async goTo(presetToken) {
      await ask('GotoPreset', (cam, done) => cam.gotoPreset({ profileToken, preset: escapeXml(presetToken) }, done))
    },
    async setPreset(presetToken, name) {
      const known = presetToken === null ? {} : { presetToken: escapeXml(presetToken) }
      const xml = await ask('SetPreset', (cam, done) =>
        cam.setPreset({ profileToken, presetName: escapeXml(name), ...known }, (error, _data, raw) => done(error, raw)),
      )
      const answered = textOf(descend(readAnswer(xml ?? '', 'SetPreset'), 'PresetToken')) || presetToken
      if (!answered) throw new Fault('offline', 'SetPreset: the camera names no preset', 'camera-answer')
      return answered
    },
    async removePreset(presetToken) {
      await ask('RemovePreset', (cam, done) =>
        cam.removePreset({ profileToken, presetToken: escapeXml(presetToken) }, done),
      )
    },
    async isMoving() {
      const xml = await ask('GetStatus', (cam, done) =>
        cam.getStatus({ profileToken }, (error, _data, raw) => done(error, raw)),
      )
      const told = descend(readAnswer(xml ?? '', 'GetStatus'), 'PTZStatus', 'MoveStatus')
      const words = [textOf(descend(told, 'PanTilt')), textOf(descend(told, 'Zoom'))].map((word) => word.toUpperCase())
      if (words.includes('MOVING')) return true
      return words.includes('IDLE') ? false : null
    },
  }
}

/** Two decimals are finer than any motor. */
const short = (share: number) => Math.round(share * 100) / 100

/** Presets that are kept for the maker's own use have no name. */
export function readPresets(xml: string): Preset[] {
  return each(readAnswer(xml, 'GetPresets'), 'Preset')
    .slice(0, mostPresets)
    .flatMap((preset) => {
      const token = textOf(descend(preset, '@token'))
      const name = textOf(descend(preset, 'Name')).slice(0, 64)
      return token !== '' && token.length <= 64 && name !== '' ? [{ token, name }] : []
    })
}
