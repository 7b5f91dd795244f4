/** The ways a simulated camera can go wrong. */

/**
 * - `silent` takes connections and answers nothing; running streams stop.
 * - `unauthorized` answers 401 to everything. `error-500` answers 500. RTSP streams that run already go on; so with the next two.
 * - `html` answers a web page where SOAP, SDP or a playlist is expected.
 * - `half-xml` breaks off in the middle of the answer (SOAP, SDP or playlist).
 * - `play-then-nothing` grants everything and sends no pictures; HLS segments begin and never go on.
 * - `reboot` drops every connection and resets each new one as soon as it names the camera, until cleared.
 *   (All cameras share one port, so the connection itself cannot be refused.)
 * - `freeze` answers everything and reports go on, but no new picture comes; who joins sees one old key frame.
 * - `moved` has its pictures at another address of the same server: who asks is answered 302, who plays is told by REDIRECT.
 * - `resized` sends small pictures on the main stream from the next key frame on, as after a change of settings.
 *
 * Of HLS only; cameras with RTSP do not mind them:
 * - `late-playlist` has segments and no playlist yet (404), as a packager that is just starting.
 * - `gaps` lists segments of which every third is not there (404).
 * - `discontinuity` begins its decode times anew, behind EXT-X-DISCONTINUITY, as a packager that was restarted.
 * - `window-jump` numbers its segments anew, a million further on, without a word.
 */
export const faultKinds = [
  'silent',
  'unauthorized',
  'error-500',
  'html',
  'half-xml',
  'play-then-nothing',
  'reboot',
  'freeze',
  'moved',
  'resized',
  'late-playlist',
  'gaps',
  'discontinuity',
  'window-jump',
] as const
export type FaultKind = (typeof faultKinds)[number]
/** The fault a camera has now. */
export type FaultOf = (cameraId: string) => FaultKind | null

export const htmlPage = '<!DOCTYPE html><html><head><title>设备管理</title></head><body><h1>Login</h1></body></html>'
