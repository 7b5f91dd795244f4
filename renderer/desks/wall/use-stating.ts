/** Which of the cameras that are to be shown wait for a stated reason, and stating one for all of them. */
import { computed, shallowRef } from 'vue'
import { useCamerasStore } from '../../stores/cameras.ts'
import { useBlankingStore } from './tools/use-blanking.ts'
import { needsReason, useViewingReasonsStore } from './viewing-reasons.ts'

export function useStating(cameraIds: () => readonly (string | null)[]) {
  const cameras = useCamerasStore()
  const reasons = useViewingReasonsStore()
  const blanking = useBlankingStore()
  /** Somebody would rather state it tile by tile, or not at all. */
  const skipped = shallowRef<ReadonlySet<string>>(new Set())
  const lacking = computed(() => [
    ...new Set(
      cameraIds().filter((id): id is string => {
        const camera = id === null ? undefined : cameras.byId.get(id)
        return (
          camera !== undefined &&
          needsReason(camera) &&
          blanking.causeOf(camera) === null &&
          !reasons.byCamera.has(camera.id)
        )
      }),
    ),
  ])
  const asked = computed(() => lacking.value.filter((id) => !skipped.value.has(id)))
  return {
    asked,
    lastReason: computed(() => reasons.last),
    state: (reason: string) => reasons.state(lacking.value, reason),
    skip: () => (skipped.value = new Set([...skipped.value, ...lacking.value])),
  }
}
