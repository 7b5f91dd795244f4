/** A folder shaped like an Electron, without one in it: lets the packager run and be checked where the runtime cannot be had. */
import { createPackage } from '@electron/asar'
import { mkdir, writeFile } from 'node:fs/promises'
import path from 'node:path'

/** What @electron/fuses looks for in an executable: the mark, the version of the wire, its length, then one character a fuse. */
const fuseMark = 'dL7pKGdnNz796PbbjQWNKmHXBZaB9tsX'
const fuseCount = 8

/** Cannot be run, so nothing made from it can be taken for a product. */
export async function makeStandIn(folder: string, version: string): Promise<void> {
  const write = (name: string, content: string | Uint8Array) => writeFile(path.join(folder, name), content)
  await mkdir(path.join(folder, 'locales'), { recursive: true })
  await mkdir(path.join(folder, 'resources'), { recursive: true })
  const wire = [Buffer.from(fuseMark), Buffer.from([1, fuseCount]), Buffer.from('1'.repeat(fuseCount))]
  await write('electron', Buffer.concat([Buffer.from('This is not Electron.\n'), ...wire]))
  await write('version', version)
  for (const name of ['LICENSE', 'LICENSES.chromium.html', 'locales/en-US.pak', 'locales/fr.pak', 'locales/zh-CN.pak'])
    await write(name, 'stand-in')
  // The packager has to leave this one out.
  await createPackage(path.join(folder, 'locales'), path.join(folder, 'resources', 'default_app.asar'))
}
