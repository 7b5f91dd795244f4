/** Wall windows of this workstation: which are open, which were, and what is sent to them from other windows. */
import { useLocalStorage } from '@vueuse/core'
import { defineStore } from 'pinia'
import { computed, onScopeDispose, shallowRef } from 'vue'

/** What a wall is asked to show. */
export type WallOrder =
  | { kind: 'camera'; cameraId: string }
  /** The cameras nearest to a case pop up. */
  | { kind: 'case'; caseId: string; title: string; place: string }

/** A window holds a lock of its name for as long as it lives: the browser gives it back, however the window goes. */
const lockOf = (name: string) => `console.wall-window ${name}`
const channelName = 'console.wall'
const names = ['1', '2', '3', '4', '5', '6', '7', '8'] as const

export const useWallWindowsStore = defineStore('wall-windows', () => {
  const channel = new BroadcastChannel(channelName)
  const leaving = new AbortController()
  onScopeDispose(() => {
    channel.close()
    leaving.abort()
  })
  const open = shallowRef<readonly string[]>([])
  const remembered = useLocalStorage<string[]>('console.wallWindows', [], { writeDefaults: false })
  /** Orders for the wall of this very window. */
  const orders = shallowRef<readonly WallOrder[]>([])
  let own: string | null = null
  const followed = new Set<string>()

  channel.addEventListener('message', ({ data }: MessageEvent) => {
    const { to, order } = data as { to?: unknown; order?: WallOrder }
    if (to === 'all') void refresh()
    else if (to === own && own !== null && order) orders.value = [...orders.value, order]
  })

  /** Asks the browser which windows are open now. */
  async function refresh(): Promise<readonly string[]> {
    const { held = [] } = await navigator.locks.query()
    const locks = new Set(held.map(({ name }) => name))
    open.value = names.filter((name) => locks.has(lockOf(name)))
    for (const name of open.value) if (name !== own && !followed.has(name)) void followEnd(name)
    return open.value
  }

  /** A window that goes says nothing: its lock comes to whoever waits for it. */
  async function followEnd(name: string): Promise<void> {
    followed.add(name)
    await navigator.locks.request(lockOf(name), { signal: leaving.signal }, () => undefined).catch(() => undefined)
    followed.delete(name)
    if (!leaving.signal.aborted) await refresh()
  }

  return {
    open,
    orders,
    refresh,
    /** The lowest name that no open window has. */
    free: computed(() => names.find((name) => !open.value.includes(name)) ?? null),
    /** Were open and are not. */
    closed: computed(() => remembered.value.filter((name) => !open.value.includes(name))),
    forget: () => (remembered.value = [...open.value]),
    /** This window is the wall of that name until the signal is aborted. */
    hold(name: string, signal: AbortSignal): void {
      own = name
      if (!remembered.value.includes(name)) remembered.value = [...remembered.value, name].toSorted()
      const ended = new Promise<void>((resolve) => signal.addEventListener('abort', () => resolve(), { once: true }))
      const tell = () => (void refresh(), channel.postMessage({ to: 'all' }))
      navigator.locks
        .request(lockOf(name), { signal }, () => (tell(), ended))
        .catch(() => undefined)
        .finally(() => channel.postMessage({ to: 'all' }))
      signal.addEventListener('abort', () => (own = null), { once: true })
    },
    /** To an open wall window, else to this window's own wall: then null, and the page has to show it. */
    async send(order: WallOrder): Promise<string | null> {
      const [to] = await refresh()
      if (to !== undefined && to !== own) {
        channel.postMessage({ to, order })
        return to
      }
      orders.value = [...orders.value, order]
      return null
    },
    /** Takes what was asked of this window's wall. */
    takeOrders(): readonly WallOrder[] {
      const taken = orders.value
      if (taken.length > 0) orders.value = []
      return taken
    },
  }
})
