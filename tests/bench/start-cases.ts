/** A data folder with many cases and an operator who is signed in, as a console leaves it at the end of a day. */
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { createCaseParts } from '../../native/cases/case-parts.ts'
import type { Operator } from '../../native/contract/case.ts'
import { loadKey } from '../../native/database/key.ts'
import { openDatabase } from '../../native/database/open.ts'
import { feedPuts } from './feed-puts.ts'

const operator: Operator = {
  id: 'person-1',
  account: 'songzhuang-operator',
  name: '张三',
  role: 'operator',
  subCenter: '110112105',
  subCenterName: '宋庄镇',
}

/** Path of the configuration. One case in forty is open, the others are closed. */
export function prepareCases(folder: string, cases: number): string {
  const data = join(folder, 'console')
  mkdirSync(data, { recursive: true })
  const file = join(data, 'console.db')
  const database = openDatabase(file, loadKey(join(data, 'console.key'), file))
  const { store } = createCaseParts(database)
  database.transaction(() => {
    let serial = 0
    for (const { case: head, steps } of feedPuts(cases * 4)) {
      if (head.version !== 1) continue
      serial += 1
      store.put(serial % 40 === 0 ? head : { ...head, state: 'closed', limit: null }, steps, 1)
      if (serial % 1000 === 0) store.settle()
    }
    store.settle()
  })()
  database
    .prepare('INSERT INTO operator_session (only, operator, token, expires_at) VALUES (1, ?, ?, ?)')
    .run(JSON.stringify(operator), 'bench', Date.now() + 86_400_000)
  database.close()

  const configFile = join(folder, 'console.json')
  writeFileSync(join(folder, 'token'), 'bench-token-of-no-hub')
  // Port 9 (discard): nothing answers there.
  const hub = { url: 'https://127.0.0.1:9', workstation: 'SZ-02', tokenFile: './token' }
  writeFileSync(configFile, JSON.stringify({ hub, dataFolder: './console' }))
  return configFile
}
