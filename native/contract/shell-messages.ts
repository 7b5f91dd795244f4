/** What the shell and the native program say to each other when the shell hosts it. Calls and topics go over ports, not here. */

/** From the shell. `page` comes with one MessagePort: the other end is a page's. */
export type ShellMessage =
  | {
      type: 'open'
      configurationFile: string
      allowedOrigins: string[]
      /** Hex text of the database key that the system keeps for the shell; used where no key file lies beside the database. */
      databaseKey: string | null
    }
  | { type: 'page' }
  | { type: 'suspend' }
  | { type: 'resume' }
  | { type: 'close' }

/** From the native program. After `failed` it ends, and starting it again would fail in the same way. */
export type NativeMessage =
  { type: 'ready'; mediaOrigin: string } | { type: 'failed'; code: string; chinese: string; english: string }

/** The origin of the console's page in the shell; the media gateway has to let it in. */
export const shellOrigin = 'console://app'
