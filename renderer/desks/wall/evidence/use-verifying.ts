/** Checks of what was taken, with what they found in words. */
import { onScopeDispose, shallowRef } from 'vue'
import { useI18n } from 'vue-i18n'
import type { TakenRecord, Verification, VideoPiece } from '../../../../native/contract/video-evidence.ts'
import { type Fault, readFault } from '../../../link/faults.ts'
import { useLinkStore } from '../../../stores/link.ts'
import { useVideoEvidenceStore } from '../../../stores/video-evidence.ts'
import type { ZipFinding } from './evidence-zip.ts'

export interface Finding {
  isFine: boolean
  text: string
}

export function useVerifying() {
  const { t } = useI18n()
  const store = useVideoEvidenceStore()
  const link = useLinkStore()
  const isVerifying = shallowRef(false)
  const findings = shallowRef<readonly Finding[]>([])
  const fault = shallowRef<Fault | null>(null)
  const stopping = new AbortController()
  onScopeDispose(() => stopping.abort())

  async function attempt(check: () => Promise<Finding[]>): Promise<void> {
    isVerifying.value = true
    findings.value = []
    fault.value = null
    try {
      findings.value = await check()
    } catch (thrown) {
      fault.value = readFault(thrown)
    } finally {
      isVerifying.value = false
    }
  }

  function wordsOf({ records, contents, elsewhere, problems }: Verification): Finding[] {
    const rest = elsewhere > 0 ? t('records.elsewhere', { count: elsewhere }) : ''
    if (problems.length === 0) return [{ isFine: true, text: t('records.fine', { records, contents }) + rest }]
    const each = problems.map(({ sequence, kind }) => ({
      isFine: false,
      text: t('records.problemAt', { sequence, what: t(`records.problem.${kind}`) }),
    }))
    return [{ isFine: false, text: t('records.problems', { count: problems.length }) + rest }, ...each]
  }

  async function compared({ sequence }: TakenRecord): Promise<Finding> {
    const { comparePicture } = await import('./compare-picture.ts')
    const picture = await store.read(sequence, 'file', stopping.signal)
    const coded = await store.read(sequence, 'origin', stopping.signal)
    const result = await comparePicture(picture, coded)
    return { isFine: result !== 'different', text: t(`records.picture.${result}`) }
  }

  function wordsOfZip(finding: ZipFinding): Finding {
    const isFine = finding.kind === 'fine' || finding.kind === 'fineElsewhere'
    const workstation = 'records' in finding ? (finding.records[0]?.record.workstation ?? '') : ''
    return {
      isFine,
      text: t(`records.zip.${finding.kind}`, { workstation, name: 'name' in finding ? finding.name : '' }),
    }
  }

  return {
    ...{ isVerifying, findings, fault },
    verifyAll: () => attempt(async () => wordsOf(await store.verify(null, stopping.signal))),
    /** One piece; a snapshot with coded pictures is compared with them too. */
    verify: ({ record }: VideoPiece) =>
      attempt(async () => {
        const found = wordsOf(await store.verify(record.sequence, stopping.signal))
        const isSound = found.every(({ isFine }) => isFine)
        return isSound && record.kind === 'snapshot' && record.origin ? [...found, await compared(record)] : found
      }),
    /** An exported zip. */
    checkFile: (file: File) =>
      attempt(async () => {
        const { checkZip } = await import('./evidence-zip.ts')
        const knows = async (sequence: number, hash: string) => (await store.knows(sequence, hash)).isKnown
        const content = new Uint8Array(await file.arrayBuffer())
        return [wordsOfZip(await checkZip(content, link.hub?.workstation ?? '', knows))]
      }),
  }
}
