/** Which tile is listened to: one at most, in all windows of this workstation; and how loud. */
import { useLocalStorage } from '@vueuse/core'
import { defineStore } from 'pinia'
import { onScopeDispose, shallowRef } from 'vue'

export const useListeningStore = defineStore('listening', () => {
  const channel = new BroadcastChannel('console.listening')
  onScopeDispose(() => channel.close())
  const taken = shallowRef<symbol | null>(null)
  // Whoever began last is heard; a window hears its own messages not.
  channel.addEventListener('message', () => (taken.value = null))

  return {
    /** Who listens in this window. */
    taken,
    /** Kept on this workstation, 0 to 1. */
    volume: useLocalStorage('console.sound-volume', 0.8),
    take(by: symbol): void {
      taken.value = by
      channel.postMessage('taken')
    },
    release(by: symbol): void {
      if (taken.value === by) taken.value = null
    },
  }
})
