/** What a device says of itself, for a person who is about to make a camera of it. */
import type { DeviceSheet } from '../contract/discovery.ts'
import { openOnvifDevice, type OnvifDeviceOptions } from './onvif-device.ts'

/** Throws `Fault`: `offline` with a reason, or `cancelled`. */
export async function askDevice(options: OnvifDeviceOptions): Promise<DeviceSheet> {
  const device = await openOnvifDevice(options)
  try {
    const profiles = await device.profiles()
    const told = await device.request<Record<string, unknown>>('GetDeviceInformation', (cam, done) =>
      cam.getDeviceInformation(done),
    )
    const word = (name: string) => String(told?.[name] ?? '').slice(0, 200)
    const [first] = profiles
    const snapshot = first ? await device.snapshotUrl(first.token).catch(() => null) : null
    const { hasPtz, hasEvents, hasMedia2 } = device.services()
    return {
      manufacturer: word('manufacturer'),
      model: word('model'),
      firmware: word('firmwareVersion'),
      serial: word('serialNumber'),
      clockOffsetMs: device.clockOffsetMs,
      profiles: profiles.map(({ source: _source, ...profile }) => profile),
      isSteerable: hasPtz && profiles.some(({ isSteerable }) => isSteerable),
      ...{ hasEvents, hasMedia2, hasSnapshots: snapshot !== null },
    }
  } finally {
    device.close()
  }
}
