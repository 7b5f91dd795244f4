/** One route while it is planned: as it is kept until somebody changes it, then as a draft with a way back. */
import { computed, ref, watch } from 'vue'
import { useI18n } from 'vue-i18n'
import { faultWords, readFault } from '../../../link/faults.ts'
import { usePatrolStore } from '../../../stores/patrol.ts'
import { type RouteDraft, usePatrolDraftsStore } from '../../../stores/patrol-drafts.ts'
import { bodyOf, draftOf, isChanged, missingOf, newDraft } from './route-draft.ts'

/** Changes that can be taken back. */
const mostPast = 100

export function useRouteDraft(id: string) {
  const { t } = useI18n()
  const patrol = usePatrolStore()
  const drafts = usePatrolDraftsStore()
  const said = ref<{ words: string; isTrouble: boolean } | null>(null)
  const isSaving = ref(false)

  const kept = computed(() => patrol.routes.find((route) => route.id === id) ?? null)
  const held = computed(() => drafts.get(id))
  const draft = computed(() => held.value?.draft ?? (kept.value ? draftOf(kept.value) : newDraft(id)))
  const isDirty = computed(
    () => held.value !== undefined && (!kept.value || isChanged(draft.value, draftOf(kept.value))),
  )

  // Saved, or changed back: it is what is kept again.
  watch([kept, held], ([route, one]) => {
    if (route && one && one.past.length > 0 && !isChanged(one.draft, draftOf(route))) drafts.drop(id)
  })

  /** Changes of one `label` in a row are taken back together. */
  function change(patch: Partial<RouteDraft>, label = ''): void {
    const before = held.value
    const isSame = label !== '' && before?.label === label
    const past = isSame ? (before?.past ?? []) : [...(before?.past ?? []), draft.value].slice(-mostPast)
    drafts.set({ draft: { ...draft.value, ...patch }, past, label })
    said.value = null
  }
  function undo(): void {
    const past = held.value?.past ?? []
    const before = past.at(-1)
    if (before) drafts.set({ draft: before, past: past.slice(0, -1), label: '' })
  }
  /** True when it is saved. */
  async function save(): Promise<boolean> {
    const missing = missingOf(draft.value)
    if (missing) said.value = { words: t(`routes.missing.${missing}`), isTrouble: true }
    if (missing || isSaving.value) return false
    isSaving.value = true
    const { name, isShared, base } = draft.value
    try {
      await patrol.save({ id, name: name.trim(), isShared, body: bodyOf(draft.value) })
      const before = held.value
      if (before)
        drafts.set({ ...before, draft: { ...before.draft, base: Math.max(base, kept.value?.body.revision ?? 0) + 1 } })
      said.value = { words: t('routes.saved', { name: name.trim() }), isTrouble: false }
      return true
    } catch (thrown) {
      said.value = { words: t(faultWords(readFault(thrown))), isTrouble: true }
      return false
    } finally {
      isSaving.value = false
    }
  }

  return {
    ...{ draft, kept, isDirty, isSaving, said, change, undo, save },
    canUndo: computed(() => (held.value?.past.length ?? 0) > 0),
    /** Somebody saved it elsewhere while it is changed here. */
    overtaken: computed(() =>
      kept.value && isDirty.value && kept.value.body.revision > draft.value.base ? kept.value : null,
    ),
    /** It was there, and was removed elsewhere while it is changed here. */
    isGone: computed(() => kept.value === null && draft.value.base > 0),
    discard: () => drafts.drop(id),
  }
}
export type RouteDrafting = ReturnType<typeof useRouteDraft>
