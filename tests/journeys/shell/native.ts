/** A native program without a database, for the shell to host where SQLite cannot be loaded. `link.retry` ends it as a crash would. */
import { implement } from '@orpc/server'
import { RPCHandler } from '@orpc/server/ws'
import { contract } from '../../../native/contract/contract.ts'
import type { NativeMessage, ShellMessage } from '../../../native/contract/shell-messages.ts'
import { asSocket, type PagePort } from '../../../native/page-port.ts'

interface ParentPort {
  postMessage(message: NativeMessage): void
  on(event: 'message', listener: (event: { data: ShellMessage; ports: PagePort[] }) => void): void
}

const parent = (process as unknown as { parentPort: ParentPort }).parentPort
const os = implement(contract.session)
const router = {
  session: os.router({
    watch: os.watch.handler(async function* () {
      yield { kind: 'snapshot' as const, sequence: 1, snapshot: null }
    }),
    signIn: os.signIn.handler(() => Promise.reject(new Error('Nobody signs in here.'))),
    signOut: os.signOut.handler(() => process.exit(9)),
  }),
}

parent.on('message', ({ data, ports }) => {
  if (data.type === 'open') parent.postMessage({ type: 'ready', mediaOrigin: 'http://127.0.0.1:45679' })
  else if (data.type === 'page') void new RPCHandler(router).upgrade(asSocket(ports[0]!))
  else if (data.type === 'close') process.exit(0)
})
