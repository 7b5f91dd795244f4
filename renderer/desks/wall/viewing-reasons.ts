/** Why the operator looks at public-security cameras: once per camera and sitting, in this window's memory only. */
import { defineStore } from 'pinia'
import { computed, shallowRef, watch } from 'vue'
import type { CameraRow } from '../../../native/contract/camera.ts'
import { useSessionStore } from '../../stores/session.ts'

/** As the contract has it, in UTF-16 units after trimming. */
export const reasonLength = { least: 2, most: 200 } as const

export const needsReason = (camera: CameraRow): boolean => camera.owner === 'public-security'

export const useViewingReasonsStore = defineStore('viewing-reasons', () => {
  const session = useSessionStore()
  const byCamera = shallowRef<ReadonlyMap<string, string>>(new Map())
  // A reason is somebody's word: the next person states their own.
  watch(
    () => session.operator?.id,
    () => (byCamera.value = new Map()),
  )
  return {
    byCamera,
    /** The reason stated last, to be taken over for another camera by a deliberate act. */
    last: computed(() => [...byCamera.value.values()].at(-1) ?? null),
    /** The same word for each of them; it is recorded with every watch. */
    state(cameraIds: readonly string[], reason: string) {
      const others = [...byCamera.value].filter(([id]) => !cameraIds.includes(id))
      byCamera.value = new Map([...others, ...cameraIds.map((id) => [id, reason.trim()] as const)])
    },
    /** Native refused it: ask again. */
    withdraw: (cameraId: string) => (byCamera.value = new Map([...byCamera.value].filter(([id]) => id !== cameraId))),
  }
})
