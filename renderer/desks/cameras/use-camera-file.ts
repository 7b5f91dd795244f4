/** A file of cameras on its way in: chosen, sent, judged, taken; each stretch of it can be broken off. */
import { onScopeDispose, ref, shallowRef } from 'vue'
import { useI18n } from 'vue-i18n'
import type { CameraFileFormat, CameraImport } from '../../../native/contract/own-camera.ts'
import { faultWords, readFault } from '../../link/faults.ts'
import { useOwnCamerasStore } from '../../stores/own-cameras.ts'
import { decodeFile, type FileEncoding, formatOf, mostFileBytes } from './camera-file.ts'

export interface ChosenFile {
  name: string
  bytes: number
  format: CameraFileFormat
  encoding: FileEncoding
}

export function useCameraFile() {
  const { t } = useI18n()
  const own = useOwnCamerasStore()
  const chosen = shallowRef<ChosenFile | null>(null)
  const importId = ref<string | null>(null)
  const judged = shallowRef<CameraImport | null>(null)
  const took = shallowRef<CameraImport | null>(null)
  const step = ref<'sending' | 'judging' | 'taking' | null>(null)
  /** From 0 to 1, while it is sent. */
  const share = ref(0)
  const trouble = ref<string | null>(null)
  let working = new AbortController()
  onScopeDispose(() => working.abort())

  function forget(): void {
    working.abort()
    working = new AbortController()
    chosen.value = judged.value = took.value = null
    importId.value = trouble.value = step.value = null
    share.value = 0
  }
  /** Runs to its end unless another file, or nobody, is wanted any more. */
  async function run(work: (signal: AbortSignal) => Promise<void>): Promise<void> {
    const { signal } = working
    try {
      await work(signal)
    } catch (thrown) {
      if (signal.aborted) return
      const fault = readFault(thrown)
      trouble.value = t(fault.code === 'not-found' ? 'cameraFiles.gone' : faultWords(fault))
    }
    if (!signal.aborted) step.value = null
  }

  async function choose(file: File): Promise<void> {
    forget()
    const format = formatOf(file.name)
    if (!format) return void (trouble.value = t('cameraFiles.notThis'))
    if (file.size === 0) return void (trouble.value = t('cameraFiles.empty'))
    if (file.size > mostFileBytes) return void (trouble.value = t('cameraFiles.tooLarge'))
    step.value = 'sending'
    await run(async (signal) => {
      const { text, encoding } = decodeFile(new Uint8Array(await file.arrayBuffer()))
      chosen.value = { name: file.name, bytes: file.size, format, encoding }
      const onProgress = (value: number) => signal.aborted || (share.value = value)
      const id = await own.sendFile(format, text, { signal, onProgress })
      step.value = 'judging'
      const result = await own.finishFile(id, true, signal)
      if (signal.aborted) return
      importId.value = id
      judged.value = result
    })
  }
  async function take(): Promise<void> {
    const id = importId.value
    if (id === null || step.value !== null) return
    step.value = 'taking'
    await run(async (signal) => {
      const result = await own.finishFile(id, false, signal)
      // Somebody may have changed a camera in between.
      if (result.complaints.length > 0) judged.value = result
      else took.value = result
    })
  }
  function cancel(): void {
    forget()
    trouble.value = t('cameraFiles.cancelled')
  }
  return { chosen, judged, took, step, share, trouble, choose, take, cancel }
}
