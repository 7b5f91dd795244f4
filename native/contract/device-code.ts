/**
 * The 20-digit code of a device (GB/T 28181-2016 Annex D, rule A): centre 8 (GB/T 2260 area 6 and grassroots unit 2), industry 2, type 3, network 1,
 * serial 6. Plain code, so that a form checks it without the schema library.
 */

export interface DeviceCode {
  /** GB/T 2260, e.g. `110112`. */
  area: string
  unit: string
  industry: string
  /** `131` camera, `132` network camera. */
  type: string
  network: string
  serial: string
}

/** Which part is wrong. */
export type DeviceCodeProblem = 'digits' | 'area' | 'type' | 'network' | 'serial'

/** GB/T 2260: province-level areas. */
const provinces = new Set(
  '11 12 13 14 15 21 22 23 31 32 33 34 35 36 37 41 42 43 44 45 46 50 51 52 53 54 61 62 63 64 65 71 81 82'.split(' '),
)
/** Of all device types only these show pictures of their own. */
const cameraTypes = ['131', '132']

/** Null when it is not 20 digits. */
export function readDeviceCode(code: string): DeviceCode | null {
  const parts = /^(\d{6})(\d\d)(\d\d)(\d{3})(\d)(\d{6})$/.exec(code)
  if (!parts) return null
  const [, area = '', unit = '', industry = '', type = '', network = '', serial = ''] = parts
  return { area, unit, industry, type, network, serial }
}

/** The first part that no camera has; null when it may be a camera's code. Industries are not judged: editions of the standard assign more of them. */
export function deviceCodeProblem(code: string): DeviceCodeProblem | null {
  const parts = readDeviceCode(code)
  if (!parts) return 'digits'
  if (!provinces.has(parts.area.slice(0, 2))) return 'area'
  if (!cameraTypes.includes(parts.type)) return 'type'
  // 0-4 monitoring networks, 5 police, 6 government, 7 Internet, 8 shared from society; 9 is reserved.
  if (parts.network === '9') return 'network'
  return parts.serial === '000000' ? 'serial' : null
}
