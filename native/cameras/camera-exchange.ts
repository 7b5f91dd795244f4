/** Files of cameras on their way in and out: in pieces, one at a time, judged as a whole. */
import type { RecordAudit } from '../access/audit.ts'
import type { Operator } from '../contract/case.ts'
import { type CameraFileFormat, cameraFilePiece, type CameraImport, mostCameraFile } from '../contract/own-camera.ts'
import { Fault } from '../fault.ts'
import { readCameraFile, writeCameraFile } from './camera-files.ts'
import type { OwnCameras } from './own-cameras.ts'
import { planImport } from './plan-import.ts'

export interface CameraExchange {
  /** Pieces to be put together. */
  export(operator: Pick<Operator, 'id'>, format: CameraFileFormat): Generator<string>
  begin(format: CameraFileFormat): string
  /** Faults: `not-found`, `conflict`, `invalid`. */
  append(importId: string, at: number, text: string): void
  /** Fault: `not-found`. */
  finish(operator: Pick<Operator, 'id'>, importId: string, isTrial: boolean): CameraImport
  /** Forgets a file that came only half. */
  clear(): void
}

export function createCameraExchange(parts: {
  own: OwnCameras
  recordAudit: RecordAudit
  newId: () => string
}): CameraExchange {
  const { own, recordAudit, newId } = parts
  // One file at a time: another one takes the place of what somebody gave up.
  let coming: { id: string; format: CameraFileFormat; text: string } | null = null
  const named = (importId: string) => {
    if (coming?.id !== importId) throw new Fault('not-found', 'this file is no longer being taken in')
    return coming
  }
  return {
    *export(operator, format) {
      const text = writeCameraFile(format, own.list())
      recordAudit({ operatorId: operator.id, action: 'camera.exported', subject: format, reason: null })
      for (let at = 0; at < text.length; at += cameraFilePiece) yield text.slice(at, at + cameraFilePiece)
    },
    begin(format) {
      coming = { id: newId(), format, text: '' }
      return coming.id
    },
    append(importId, at, text) {
      const file = named(importId)
      if (at !== file.text.length) throw new Fault('conflict', 'this is not the next piece')
      if (at + text.length > mostCameraFile) throw new Fault('invalid', 'the file is too large')
      file.text += text
    },
    finish(operator, importId, isTrial) {
      const file = named(importId)
      const read = readCameraFile(file.format, file.text)
      if ('complaint' in read) return { added: 0, changed: 0, unchanged: 0, complaints: [read.complaint], lines: [] }
      const { planned, ...result } = planImport(read.rows, own.list(), own.sharedCodes())
      if (isTrial || result.complaints.length > 0) return result
      own.putMany(operator, planned)
      coming = null
      return result
    },
    clear: () => void (coming = null),
  }
}
