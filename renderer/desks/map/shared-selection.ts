/** One selection for the queue and the map: the address of the desk says it, and the map's store carries it between desks. */
import { type Ref, watch } from 'vue'

export interface SharedSelection {
  /** The case in the address of this desk. */
  address: Readonly<Ref<string | null>>
  store: { selectedCase: string | null }
  /** Writes the address; absent where the address alone decides. */
  adopt?: (caseId: string) => void
}

/** With `adopt`, a desk without a case in its address takes over the one that is selected elsewhere. */
export function useSharedSelection({ address, store, adopt }: SharedSelection): void {
  if (adopt && address.value === null && store.selectedCase !== null) adopt(store.selectedCase)
  watch(
    address,
    (caseId) => {
      if (caseId !== null || !adopt) store.selectedCase = caseId
    },
    { immediate: true },
  )
}
