/** When the queue is there to be worked: keys go to it, and the start bench is told once. */
import { nextTick, type Ref, watch } from 'vue'
import { isTyping } from '../../composables/shortcuts.ts'

export function useReady(isWaiting: Readonly<Ref<boolean>>, focusQueue: () => void): void {
  async function tell(): Promise<void> {
    await nextTick()
    // Somebody who is typing what to look for goes on typing.
    if (!isTyping(document.activeElement)) focusQueue()
    requestAnimationFrame(() => {
      if (document.documentElement.dataset['ready']) return
      document.documentElement.dataset['ready'] = 'queue'
      performance.mark('queue-interactive')
    })
  }
  watch(isWaiting, (waits) => !waits && void tell(), { immediate: true })
}
