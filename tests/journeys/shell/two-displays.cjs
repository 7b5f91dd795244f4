// Required by the runtime before the shell: the one screen of a machine without monitors is told of as two displays side by side, because a
// virtual screen lets nobody pull a cable. `displays` on globalThis pulls the right one out and puts it back;
// with `--unplugged` it is out from the beginning.
/* eslint-disable @typescript-eslint/no-require-imports */
const { app } = require('electron')

app.once('ready', () => {
  const { screen } = require('electron')
  const [real] = screen.getAllDisplays()
  const { width, height } = real.bounds
  const part = (id, label, x, wide) => {
    const area = { x, y: 0, width: wide, height }
    return { ...real, id, label, scaleFactor: 1, bounds: area, workArea: area, size: area, workAreaSize: area }
  }
  const main = part(7001, 'LEFT', 0, width / 2)
  const right = part(7002, 'RIGHT', width / 2, width / 2)
  let isRightThere = !process.argv.includes('--unplugged')
  screen.getAllDisplays = () => (isRightThere ? [main, right] : [main])
  screen.getPrimaryDisplay = () => main
  globalThis.displays = {
    edge: width / 2,
    pull() {
      isRightThere = false
      screen.emit('display-removed', {}, right)
    },
    plug() {
      isRightThere = true
      screen.emit('display-added', {}, right)
    },
  }
})
