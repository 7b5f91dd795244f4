// What the test runtime starts with: requires the modules named by -r, then runs the application whose folder it is given.
// The runtime loads this file as CommonJS.
/* eslint-disable @typescript-eslint/no-require-imports */
const { app } = require('electron')
const { readFileSync } = require('node:fs')
const path = require('node:path')

const required = []
let folder
for (let index = 1; index < process.argv.length && folder === undefined; index += 1) {
  const argument = process.argv[index]
  if (argument === '-r' || argument === '--require') required.push(process.argv[(index += 1)])
  else if (!argument.startsWith('-')) folder = path.resolve(argument)
}

if (folder === undefined) {
  process.stderr.write('Name the folder of an application.\n')
  app.exit(2)
} else {
  for (const module of required) require(path.resolve(module))
  const about = JSON.parse(readFileSync(path.join(folder, 'package.json'), 'utf8'))
  app.setName(about.productName ?? about.name)
  app.setVersion(about.version ?? '0.0.0')
  app.setAppPath(folder)
  require(path.join(folder, about.main))
}
