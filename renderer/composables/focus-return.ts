/** A panel takes the focus when it opens, and gives it back to where it was when it closes. */
import { onBeforeUnmount, onMounted, type Ref } from 'vue'

export function useFocusReturn(panel: Readonly<Ref<HTMLElement | null>>): void {
  const before = document.activeElement
  onMounted(() => panel.value?.focus())
  onBeforeUnmount(() => {
    // Whoever has clicked elsewhere meanwhile keeps the focus there.
    const isStillInside = panel.value?.contains(document.activeElement) || document.activeElement === document.body
    if (isStillInside && before instanceof HTMLElement && before.isConnected) before.focus({ preventScroll: true })
  })
}
