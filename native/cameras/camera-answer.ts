/** Turns what goes wrong with a camera into faults that say whose fault it is. */
import { Fault } from '../fault.ts'

const networkCodes = new Set([
  'ECONNREFUSED',
  'ECONNRESET',
  'ECONNABORTED',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'EHOSTDOWN',
  'ENOTFOUND',
  'EAI_AGAIN',
  'ETIMEDOUT',
  'EPIPE',
])

/** `doing`: what was asked for, e.g. `GetProfiles`. `status`: of the last HTTP answer, null when there was none. */
export function cameraFault(error: unknown, doing: string, status: number | null): Fault {
  if (error instanceof Fault) return error
  const { code, message } = error instanceof Error ? (error as NodeJS.ErrnoException) : { code: undefined, message: '' }
  if (code !== undefined && networkCodes.has(code)) {
    return new Fault('offline', `${doing}: the camera cannot be reached (${code})`, 'camera-unreachable', error)
  }
  if (message === 'Network timeout') return lateFault(doing)
  const isRefused = status === 401 || status === 403 || /\b401\b|not ?authori[sz]ed|unauthori[sz]ed/i.test(message)
  if (isRefused) {
    return new Fault('offline', `${doing}: the camera does not let this user in`, 'camera-unauthorized', error)
  }
  const answer = `${status === null ? '' : `HTTP ${status}, `}${message.slice(0, 120)}`
  return new Fault('offline', `${doing}: the camera's answer makes no sense (${answer})`, 'camera-answer', error)
}

export function lateFault(doing: string): Fault {
  return new Fault('offline', `${doing}: the camera does not answer in time`, 'timeout')
}
