/** Puts a piece together for somebody outside: watermarked, zipped, saved. */
import { onScopeDispose, shallowRef } from 'vue'
import { useI18n } from 'vue-i18n'
import type { VideoPiece } from '../../../../native/contract/video-evidence.ts'
import { saveFile } from '../../../host/save-file.ts'
import { type Fault, readFault } from '../../../link/faults.ts'
import { useVideoEvidenceStore } from '../../../stores/video-evidence.ts'
import { sheetOf, timeOf, watermarkOf } from './sheet.ts'

/** How it is with the one that is under way. */
export interface Exporting {
  sequence: number
  /** 0..1 */
  share: number
  stop(): void
}

export function useExport() {
  const { t } = useI18n()
  const store = useVideoEvidenceStore()
  const exporting = shallowRef<Exporting | null>(null)
  const fault = shallowRef<Fault | null>(null)
  /** What is to be known of the copy; key and values of words. */
  const note = shallowRef<{ words: string; named: Record<string, string> } | null>(null)
  onScopeDispose(() => exporting.value?.stop())

  async function copyOf(piece: VideoPiece, content: Blob, signal: AbortSignal) {
    const { markClip, markPicture } = await import('./watermark.ts')
    const lines = watermarkOf(piece, t)
    const stem = piece.record.file.name.replace(/\.[a-z0-9]+$/i, '')
    if (piece.record.kind === 'snapshot') return { name: `${stem}.jpg`, content: await markPicture(content, { lines }) }
    const onProgress = (share: number) => exporting.value && (exporting.value = { ...exporting.value, share })
    const marked = await markClip(content, { lines }, { signal, onProgress })
    note.value = marked
      ? { words: 'watermark.codec', named: { codec: marked.codec } }
      : { words: 'watermark.noEncoder', named: {} }
    return marked && { name: `${stem}-水印.mp4`, content: marked.content }
  }

  return {
    ...{ exporting, fault, note },
    async run({ record: { sequence } }: VideoPiece): Promise<void> {
      if (exporting.value) return
      const stopping = new AbortController()
      const { signal } = stopping
      exporting.value = { sequence, share: 0, stop: () => stopping.abort() }
      fault.value = note.value = null
      try {
        const piece = await store.export(sequence)
        const file = await store.read(sequence, 'file', signal)
        const origin = piece.record.origin && (await store.read(sequence, 'origin', signal))
        const copy = await copyOf(piece, file, signal)
        const { zipOf } = await import('./evidence-zip.ts')
        const zip = await zipOf({ piece, file, origin, copy, sheet: sheetOf(piece, t) })
        signal.throwIfAborted()
        save(zip, `取证-${piece.attached?.record.caseNumber ?? ''}-${sequence}-${timeOf(piece.record.at)}.zip`)
      } catch (thrown) {
        if (!signal.aborted) fault.value = readFault(thrown)
      } finally {
        exporting.value = null
      }
    },
  }
}

function save(content: Blob, name: string): void {
  saveFile(name.replaceAll(/[<>:"/\\|?*\s]+/g, '-'), content)
}
