/** The community's own cameras: described, tried out, and carried as files. Works without the hub. */
import { defineStore } from 'pinia'
import type {
  CameraFileFormat,
  CameraImport,
  CameraTrial,
  OwnCamera,
  OwnCameraInput,
  TrialResult,
} from '../../native/contract/own-camera.ts'
import { useLink } from '../link/link.ts'

export interface FileWork {
  signal: AbortSignal
  /** From 0 to 1. */
  onProgress(share: number): void
}

/** As the contract has it; its module would bring the schema library into the desk. */
export const pieceUnits = 200_000
/** Some thousand cameras are compared and sealed. */
const fileLimitMs = 2 * 60_000
/** A camera that does not answer is waited for. */
const trialLimitMs = 40_000

export const useOwnCamerasStore = defineStore('own-cameras', () => {
  const link = useLink()

  return {
    /** Without credentials. Fault: `not-found`. */
    read: (cameraId: string, signal?: AbortSignal): Promise<OwnCamera> =>
      link.call((client, limit) => client.cameras.own.read({ cameraId }, { signal: limit }), { signal }),
    tryOut: (trial: CameraTrial, signal: AbortSignal): Promise<TrialResult> =>
      link.call((client, limit) => client.cameras.own.tryOut(trial, { signal: limit }), {
        ...{ signal, limitMs: trialLimitMs },
      }),
    /** Answers the id. Faults: `conflict` (device-code-taken), `invalid`. */
    async add(input: OwnCameraInput): Promise<string> {
      return (await link.call((client, signal) => client.cameras.own.add(input, { signal }))).cameraId
    },
    /** Faults: `not-found`, `conflict` (device-code-taken; without a reason: somebody else has changed it since). */
    change: (cameraId: string, version: number, input: OwnCameraInput): Promise<null> =>
      link.call((client, signal) => client.cameras.own.change({ cameraId, version, input }, { signal })),
    remove: (cameraId: string): Promise<null> =>
      link.call((client, signal) => client.cameras.own.remove({ cameraId }, { signal })),
    /** The whole file. */
    exportFile: (format: CameraFileFormat, signal: AbortSignal): Promise<string> =>
      link.call(
        async (client, limit) => {
          let text = ''
          for await (const piece of await client.cameras.own.export({ format }, { signal: limit })) text += piece
          return text
        },
        { signal, limitMs: fileLimitMs },
      ),
    /** Sends a file; answers the id by which it is tried and taken. */
    async sendFile(format: CameraFileFormat, text: string, { signal, onProgress }: FileWork): Promise<string> {
      const { importId } = await link.call(
        (client, limit) => client.cameras.own.beginImport({ format }, { signal: limit }),
        { signal },
      )
      for (let at = 0; at < text.length; at += pieceUnits) {
        const piece = { importId, at, text: text.slice(at, at + pieceUnits) }
        await link.call((client, limit) => client.cameras.own.appendImport(piece, { signal: limit }), { signal })
        onProgress(Math.min(1, (at + pieceUnits) / text.length))
      }
      return importId
    },
    /** A trial says what would happen. Fault: `not-found` (another file has taken its place). */
    finishFile: (importId: string, isTrial: boolean, signal: AbortSignal): Promise<CameraImport> =>
      link.call((client, limit) => client.cameras.own.finishImport({ importId, isTrial }, { signal: limit }), {
        ...{ signal, limitMs: fileLimitMs },
      }),
  }
})
