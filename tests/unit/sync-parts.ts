/** Whole workstations of one sub-center at a real district, asked as the page asks them, each on a folder of its own. */
import { createRouterClient } from '@orpc/server'
import { onTestFinished } from 'vitest'
import { loadConfiguration } from '../../native/configuration.ts'
import type { CaseFile } from '../../native/contract/case.ts'
import type { SyncState } from '../../native/contract/sync.ts'
import { openWorkstation } from '../../native/workstation.ts'
import { type District, type DistrictOptions, startDistrict } from '../district/district.ts'
import { stateOf } from './duty-console.ts'
import { silent, temporaryFolder } from './support.ts'

export async function openDistrict(changes: Partial<DistrictOptions> = {}): Promise<District> {
  const district = await startDistrict({ folder: temporaryFolder(), clock: Date.now, log: silent, ...changes })
  onTestFinished(() => district.close())
  return district
}

export type Desk = Awaited<ReturnType<typeof openDesk>>

/** Signed in, unless whoever was signed in still is (`role` null). */
export async function openDesk(
  district: District,
  configFile = district.configFile,
  role: string | null = 'operator',
  dataFolder = temporaryFolder(),
) {
  const configuration = { ...loadConfiguration(configFile), dataFolder }
  const workstation = await openWorkstation({ configuration, allowedOrigins: [], log: silent })
  onTestFinished(() => workstation.close())
  const client = createRouterClient(workstation.router)
  if (role !== null) {
    await stateOf(
      (signal) => client.link.watch(undefined, { signal }),
      ({ phase }) => phase === 'online',
    )
    const found = district.accounts.find((candidate) => candidate.role === role)
    await client.session.signIn({ account: found?.account ?? '', password: found?.password ?? '' })
  }
  return {
    client,
    workstation,
    sync: (isMeant: (state: SyncState) => boolean) =>
      stateOf((signal) => client.sync.watch(undefined, { signal }), isMeant),
    /** The case's file as soon as it is as meant. */
    file: async (caseId: string, isMeant: (file: CaseFile) => boolean = () => true): Promise<CaseFile> => {
      const file = await stateOf<CaseFile | null>(
        (signal) => client.cases.file({ caseId }, { signal }),
        (shown) => shown !== null && isMeant(shown),
      )
      if (!file) throw new Error(`no case ${caseId}`)
      return file
    },
  }
}

/** Takes over what `desk` exports, as a page would, piece by piece. */
export async function exportOf(desk: Desk, passPhrase: string): Promise<Buffer> {
  const { id, bytes } = await desk.client.sync.exportUnsent({ passPhrase })
  const pieces: Buffer[] = []
  for (let offset = 0; offset < bytes;) {
    const piece = Buffer.from((await desk.client.sync.readExport({ id, offset })).data, 'base64')
    offset += piece.length
    pieces.push(piece)
  }
  await desk.client.sync.closeExport({ id })
  return Buffer.concat(pieces)
}

export async function importInto(desk: Desk, content: Buffer, passPhrase: string) {
  const { id } = await desk.client.sync.beginImport({ bytes: content.length })
  for (let offset = 0; offset < content.length; offset += 256 * 1024) {
    const data = content.subarray(offset, offset + 256 * 1024).toString('base64')
    await desk.client.sync.appendImport({ id, offset, data })
  }
  return desk.client.sync.finishImport({ id, passPhrase })
}
