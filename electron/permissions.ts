/** Everything a page may do beyond showing itself, with the reason. What is not in this table is denied. */
import { isOurPage } from './navigation.ts'

interface Grant {
  permission: string
  why: string
}

export const permissions: readonly Grant[] = [
  { permission: 'media', why: 'joint duty talks to teams and handsets: microphone and camera' },
  { permission: 'fullscreen', why: 'the wall and a single tile fill a display' },
  { permission: 'notifications', why: 'an alarm must be seen while another program is in front' },
  { permission: 'clipboard-sanitized-write', why: 'operators copy case numbers and places into other systems' },
  { permission: 'window-management', why: 'the wall learns which displays there are' },
  // Chromium asks for these before a page may reach 127.0.0.1; which ports it may reach is said by the Content-Security-Policy.
  { permission: 'loopback-network', why: 'pictures come from the media gateway on 127.0.0.1' },
  { permission: 'local-network-access', why: 'the name of the same in earlier versions' },
]

/** @param url page or origin that asks; anything but our own page gets nothing */
export function isGranted(permission: string, url: string, isMainFrame: boolean): boolean {
  return isMainFrame && isOurPage(url) && permissions.some((grant) => grant.permission === permission)
}
