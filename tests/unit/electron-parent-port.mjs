// Stands where Electron stands for a utility process: gives the bundle named by the argument a parent port, over Node's IPC.
import { MessageChannel } from 'node:worker_threads'

/** @type {((event: {data: unknown, ports: unknown[]}) => void)[]} */
const listeners = []
let page

/** The shape that Electron gives ports. */
function asElectronPort(port) {
  return {
    on: (event, listener) => port.on(event, (data) => listener({ data })),
    postMessage: (data) => port.postMessage(data),
    start: () => port.start(),
    close: () => port.close(),
  }
}

process.parentPort = {
  postMessage: (message) => process.send(message),
  on: (_event, listener) => listeners.push(listener),
}
process.on('message', (message) => {
  if ('frame' in message) return page.postMessage(message.frame)
  const ports = []
  if (message.type === 'page') {
    const { port1, port2 } = new MessageChannel()
    page = port2
    page.on('message', (frame) => process.send({ frame }))
    ports.push(asElectronPort(port1))
  }
  for (const listener of listeners) listener({ data: message, ports })
})

await import(process.argv[2])
process.send({ type: 'loaded' })
