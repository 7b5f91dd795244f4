/** What stands beside the board. The address says it, so that going back, and coming back to the desk, finds it as it was. */
import { computed, type Ref, shallowRef } from 'vue'
import { useRoute, useRouter } from 'vue-router'
import type { OwnDraft } from './own-draft.ts'

const kinds = ['add', 'change', 'files', 'find'] as const
export type PanelKind = (typeof kinds)[number] | 'page'

export type Panel = ReturnType<typeof usePanel>

export function usePanel(isLeader: Readonly<Ref<boolean>>) {
  const route = useRoute()
  const router = useRouter()
  const cameraId = computed(() => (typeof route.params['cameraId'] === 'string' && route.params['cameraId']) || null)
  /** What a new camera begins with. */
  const prefill = shallowRef<Partial<OwnDraft> | null>(null)
  const filled = shallowRef(0)

  const kind = computed((): PanelKind | null => {
    const asked = kinds.find((name) => name === route.query['panel'])
    // Whoever may not fill in the forms sees the camera instead.
    if (asked && isLeader.value && (asked !== 'change' || cameraId.value !== null)) return asked
    return cameraId.value === null ? null : 'page'
  })
  function go(id: string | null, asked: string | null): void {
    // What is undefined is left out of the address; the filters of the board stay in it.
    const query = { ...router.currentRoute.value.query, panel: asked ?? undefined }
    void router.push({ name: 'cameras', params: { cameraId: id ?? '' }, query })
  }
  return {
    ...{ cameraId, kind, prefill },
    /** Another form for each camera and each device. */
    formKey: computed(() => `${kind.value} ${cameraId.value} ${filled.value}`),
    open(asked: (typeof kinds)[number]) {
      prefill.value = null
      go(asked === 'change' ? cameraId.value : null, asked)
    },
    /** A new camera out of what is known of a device. */
    take(draft: Partial<OwnDraft>) {
      prefill.value = draft
      filled.value += 1
      go(null, 'add')
    },
    show: (id: string) => go(id, null),
    /** From changing a camera back to its page. */
    close: () => go(kind.value === 'change' ? cameraId.value : null, null),
  }
}
