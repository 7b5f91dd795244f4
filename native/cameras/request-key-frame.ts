/** Asks an ONVIF camera for a key frame (Media SetSynchronizationPoint), so that a first picture need not wait for the next one by the clock. */
import type { Camera, Profile } from '../contract/camera.ts'
import { openOnvifDevice } from './onvif-device.ts'
import { escapeXml } from './onvif-xml.ts'
import type { ResolveOptions } from './resolve-source.ts'
import { chooseProfile } from './video-profiles.ts'

/** Does nothing for cameras of other kinds. Throws `Fault`: `offline` with a reason, or `cancelled`. */
export async function requestKeyFrame(camera: Camera, profile: Profile, options: ResolveOptions): Promise<void> {
  const { source, credentials } = camera
  if (source.kind !== 'onvif') return
  const device = await openOnvifDevice({ ...options, deviceUrl: source.deviceUrl, credentials })
  try {
    const token = chooseProfile(await device.profiles(), profile)?.token
    if (token === undefined) return
    await device.request<null>('SetSynchronizationPoint', (cam, done) =>
      cam.setSynchronizationPoint({ profileToken: escapeXml(token) }, done),
    )
  } finally {
    device.close()
  }
}
