// Asks the shell for a port as the console's host does, and keeps what it heard where a test can look.
/** @type {string[]} */
const links = []
window.workstation.onLink(({ kind, id }) => links.push(`${kind}/${id}`))

let requests = 0

/** @returns {Promise<{answer: string, port?: MessagePort}>} */
async function connect() {
  const request = ++requests
  /** @type {PromiseWithResolvers<MessagePort>} */
  const posted = Promise.withResolvers()
  window.addEventListener('message', ({ data, ports }) => data.request === request && posted.resolve(ports[0]))
  const answer = await window.workstation.connect(request)
  return answer === 'connected' ? { answer, port: await posted.promise } : { answer }
}

/** One call of the contract over a port: resolves with the frame that answers. */
function call(port, path) {
  return new Promise((resolve) => {
    port.addEventListener('message', ({ data }) => resolve(data), { once: true })
    port.start()
    port.postMessage(JSON.stringify({ i: String(++requests), p: { u: path, b: {} } }))
  })
}

/** Resolves when the other end is gone. */
const closed = (port) =>
  new Promise((resolve) => port.addEventListener('close', () => resolve('closed'), { once: true }))

window.shellTest = { bridge: window.workstation, links, connect, call, closed }
