/** Checks of what was taken, with what they found in words. */
import { onScopeDispose, shallowRef } from 'vue'
import { useI18n } from 'vue-i18n'
import type { Verification } from '../../../../native/contract/video-evidence.ts'
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
    /** One piece, or (null) all. */
    verify: (sequence: number | null) => attempt(async () => wordsOf(await store.verify(sequence, stopping.signal))),
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
