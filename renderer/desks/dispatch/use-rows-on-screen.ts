/** Which rows of a very long list of equal rows are on the screen, and how to bring one there. */
import { useElementSize } from '@vueuse/core'
import { computed, nextTick, type Ref, shallowRef, watch } from 'vue'
import type { Range } from '../../stores/queue-window.ts'

/** Rows drawn beyond either edge, so that scrolling shows no gap. */
const overscan = 6

export function useRowsOnScreen(
  scroller: Readonly<Ref<HTMLElement | null>>,
  rowHeight: Ref<number>,
  total: Ref<number>,
) {
  const { height } = useElementSize(scroller)
  const top = shallowRef(0)

  const visible = computed<Range>(() => ({
    first: Math.floor(top.value / rowHeight.value),
    end: Math.min(total.value, Math.ceil((top.value + Math.max(height.value, rowHeight.value)) / rowHeight.value)),
  }))
  const drawn = computed<Range>(() => ({
    first: Math.max(0, visible.value.first - overscan),
    end: Math.min(total.value, visible.value.end + overscan),
  }))
  /** Whole rows that fit: the step of PgUp and PgDn. */
  const fitting = computed(() => Math.max(1, Math.floor(height.value / rowHeight.value)))

  /** Takes effect in the same drawing: the rows are laid out for the new place before the scroller is there. */
  function scrollTo(next: number): void {
    const furthest = Math.max(0, total.value * rowHeight.value - height.value)
    top.value = Math.max(0, Math.min(next, furthest))
    void nextTick(() => scroller.value?.scrollTo({ top: top.value, behavior: 'instant' }))
  }

  /** Scrolls no further than needed. */
  function reveal(index: number): void {
    const from = index * rowHeight.value
    if (from < top.value) scrollTo(from)
    else if (from + rowHeight.value > top.value + height.value) scrollTo(from + rowHeight.value - height.value)
  }

  // Another density keeps the first row where it is.
  watch(rowHeight, (now, before) => scrollTo((top.value / before) * now))

  return {
    visible,
    drawn,
    fitting,
    reveal,
    scrollTo,
    /** Keeps a reader's place when `rows` came or went above it. Who reads at the very top sees them come. */
    keepPlace: (rows: number) => rows !== 0 && top.value > 0 && scrollTo(top.value + rows * rowHeight.value),
    onScroll: () => (top.value = scroller.value?.scrollTop ?? 0),
  }
}
