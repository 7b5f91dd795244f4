/** Keeps things by name: what is said when one was saved or removed, and the way back from a removal. */
import { computed, ref, shallowRef } from 'vue'
import { useI18n } from 'vue-i18n'
import type { Kept } from '../../../native/contract/wall.ts'
import { faultWords, readFault } from '../../link/faults.ts'
import type { Keeping } from '../../stores/wall.ts'

interface Deeds<Body> {
  save(kept: Keeping<Body>): Promise<null>
  remove(id: string): Promise<null>
}

export function useKeeping<Body>(items: () => readonly Kept<Body>[], { save, remove }: Deeds<Body>) {
  const { t, locale } = useI18n()
  const search = ref('')
  const said = ref<{ words: string; isTrouble: boolean } | null>(null)
  const removed = shallowRef<Keeping<Body> | null>(null)

  const shown = computed(() => {
    const words = search.value.toLowerCase().split(/\s+/).filter(Boolean)
    const { compare } = new Intl.Collator(locale.value, { numeric: true })
    return items()
      .filter(({ name }) => words.every((word) => name.toLowerCase().includes(word)))
      .toSorted((one, other) => compare(one.name, other.name))
  })

  /** True when it is done; otherwise the reason is said. */
  async function attempt(run: () => Promise<null>, words: string): Promise<boolean> {
    removed.value = null
    try {
      await run()
      said.value = { words, isTrouble: false }
      return true
    } catch (thrown) {
      said.value = { words: t(faultWords(readFault(thrown))), isTrouble: true }
      return false
    }
  }
  const keep = ({ id, name, isShared, body }: Keeping<Body>) =>
    attempt(() => save({ id, name: name.trim(), isShared, body }), t('kept.saved', { name: name.trim() }))

  return {
    search,
    shown,
    said,
    removed,
    keep,
    /** A name that is blank changes nothing. */
    rename: (kept: Kept<Body>, name: string) =>
      name.trim() === '' || name.trim() === kept.name ? Promise.resolve(false) : keep({ ...kept, name }),
    share: (kept: Kept<Body>) => keep({ ...kept, isShared: !kept.isShared }),
    async remove(kept: Kept<Body>): Promise<void> {
      if (await attempt(() => remove(kept.id), t('kept.removed', { name: kept.name }))) removed.value = kept
    },
    /** As it was, as a new one: who has removed it elsewhere meanwhile has removed the old one. */
    async undo(): Promise<void> {
      if (removed.value) await keep({ ...removed.value, id: crypto.randomUUID() })
    },
  }
}
