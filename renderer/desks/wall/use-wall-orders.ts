/** This wall among the other windows: it holds its name, takes what is sent to it, opens windows and brings them back. */
import { onScopeDispose, shallowRef, toRef, watch } from 'vue'
import { useRoute, useRouter } from 'vue-router'
import { useHost } from '../../host/host.ts'
import { useWallWindowsStore } from '../../stores/wall-windows.ts'
import type { Occasion } from './pop-up.ts'

/** Of the address `#/wall?window=NAME`; null: the console's own wall. */
export function readWindowName(value: unknown): string | null {
  return typeof value === 'string' && /^[1-8]$/.test(value) ? value : null
}

interface Deeds {
  camera(cameraId: string): void
  occasion(occasion: Occasion): void
}

export function useWallOrders(windowName: string | null, deeds: Deeds) {
  const windows = useWallWindowsStore()
  const host = useHost()
  const route = useRoute()
  const router = useRouter()
  const isBlocked = shallowRef(false)
  const ended = new AbortController()
  onScopeDispose(() => ended.abort())
  if (windowName === null) void windows.refresh()
  else windows.hold(windowName, ended.signal)

  watch(
    () => windows.orders,
    () => {
      for (const order of windows.takeOrders()) {
        if (order.kind === 'camera') deeds.camera(order.cameraId)
        else deeds.occasion({ ...order, id: `case ${order.caseId}`, cameraId: null })
      }
    },
    { immediate: true },
  )
  // A link to a camera, `#/wall?camera=ID`: once, so that the address does not put it back.
  watch(
    () => route.query['camera'],
    (camera) => {
      if (typeof camera !== 'string') return
      deeds.camera(camera)
      void router.replace({ query: { ...route.query, camera: undefined } })
    },
    { immediate: true },
  )

  return {
    closed: toRef(() => windows.closed),
    /** The browser let fewer windows open than were asked for. */
    isBlocked,
    forget: windows.forget,
    /** Those that were open and are not. A browser may let only one open for a key: the others stay to be asked for. */
    async restore(): Promise<void> {
      isBlocked.value = false
      for (const name of windows.closed) {
        const isOpen = await host.openWall(Number(name)).then(
          () => true,
          () => false,
        )
        if (!isOpen) return void (isBlocked.value = true)
      }
    },
  }
}
