/** The queue as far as it is held: one live window of a view, moved along as one scrolls. */
import { defineStore } from 'pinia'
import { computed, shallowRef } from 'vue'
import type { QueueView } from '../../native/contract/case.ts'
import type { QueueDelta, QueueWindow } from '../../native/contract/contract.ts'
import { useLink } from '../link/link.ts'
import { createFollower } from './follower.ts'
import { type Folded, mostFolded, type QueueGrouping, type QueueSort } from '../../native/contract/queue-order.ts'
import {
  applyDelta,
  arrivals,
  casesOf,
  countOf,
  type Range,
  windowFor,
  type WindowRequest,
  windowRows,
} from './queue-window.ts'

/** How a view is shown. */
export interface QueueOrder {
  group: QueueGrouping
  sort: QueueSort
}
export const usualOrder: QueueOrder = { group: 'none', sort: 'due' }
const nothingFolded: Folded = { all: false, but: [] }

export const useQueueStore = defineStore('queue', () => {
  const link = useLink()
  const view = shallowRef<QueueView>('open')
  /** What the cases shown have to hold; empty when nothing is looked for. */
  const text = shallowRef('')
  const order = shallowRef(usualOrder)
  const folded = shallowRef(nothingFolded)
  /** Rows held; null until the first of a view has come. */
  const held = shallowRef<QueueWindow | null>(null)
  /** Cases that came while the queue was open and that nobody has seen yet. */
  const unseen = shallowRef<ReadonlySet<string>>(new Set())
  let asked: WindowRequest | null = null
  let visible: Range = { first: 0, end: 0 }
  let isWaiting = false

  const follower = createFollower<QueueWindow, QueueDelta>({
    onSnapshot: (snapshot) => {
      isWaiting = false
      held.value = snapshot
      // Where one is may have changed while this window was on its way.
      move()
    },
    onDelta: (delta) => {
      const before = held.value
      const after = before && applyDelta(before, delta)
      if (!before || !after) return false
      const fresh = arrivals(before, after)
      if (fresh.length > 0) unseen.value = new Set([...unseen.value, ...fresh])
      held.value = after
      return true
    },
  })

  function ask(request: WindowRequest): void {
    asked = request
    isWaiting = true
    const { all, but } = folded.value
    const input = {
      ...{ view: view.value, ...request, ...order.value, folded: { all, but: [...but] } },
      ...(text.value && { text: text.value }),
    }
    follower.start((following) => link.follow((client, signal) => client.cases.queue(input, { signal }), following))
  }

  /** At most one window is on its way: scrolling fast asks for the place where it stops, not for all between. */
  function move(): void {
    if (isWaiting || !asked) return
    const next = windowFor(visible, asked, held.value?.total ?? null)
    if (next) ask(next)
  }

  function open(next: QueueView, sought = '', wished = usualOrder): void {
    const { group, sort } = order.value
    const isSame = view.value === next && text.value === sought && group === wished.group && sort === wished.sort
    if (asked && isSame) return
    close()
    if (group !== wished.group) folded.value = nothingFolded
    order.value = wished
    view.value = next
    text.value = sought
    ask({ offset: 0, limit: windowRows })
  }

  function close(): void {
    follower.stop()
    asked = null
    isWaiting = false
    visible = { first: 0, end: 0 }
    held.value = null
    unseen.value = new Set()
  }

  function fold(next: Folded): void {
    folded.value = next
    if (asked) ask(asked)
  }

  return {
    view,
    text,
    order,
    held,
    /** The cases held, without the heads of groups. */
    cases: computed(() => casesOf(held.value)),
    /** Cases of the whole view; null while unknown. */
    count: computed(() => held.value && countOf(held.value)),
    unseen,
    freshness: follower.freshness,
    fault: follower.fault,
    open,
    close,
    /** Folds or unfolds one group. */
    foldGroup(group: string): void {
      const { all, but } = folded.value
      fold({ all, but: but.includes(group) ? but.filter((one) => one !== group) : [...but, group].slice(-mostFolded) })
    },
    foldAll: (isFolded: boolean) => fold({ all: isFolded, but: [] }),
    /** Tells which rows are on the screen, so that the window follows. */
    show(range: Range): void {
      visible = range
      move()
    },
    markSeen(ids: readonly string[]): void {
      if (!ids.some((id) => unseen.value.has(id))) return
      unseen.value = new Set([...unseen.value].filter((id) => !ids.includes(id)))
    },
    /** Asks again after a failure that asking again may cure. */
    retry(): void {
      if (asked) ask(asked)
    },
  }
})
