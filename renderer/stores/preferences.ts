/** What a person prefers on this workstation: theme, language, density. Kept in the browser's own storage. */
import { usePreferredDark, useLocalStorage } from '@vueuse/core'
import { defineStore } from 'pinia'
import { computed } from 'vue'

const themes = ['dark', 'light', 'system'] as const
const locales = ['zh-CN', 'en'] as const
const densities = ['normal', 'compact'] as const
export type Locale = (typeof locales)[number]

/** A stored word that is none of ours (an older version's, or somebody's hand) counts as the first. */
function stored<const T extends string>(key: string, words: readonly [T, ...T[]]) {
  const raw = useLocalStorage<string>(`console.${key}`, words[0], { writeDefaults: false })
  return computed<T>({
    get: () => words.find((word) => word === raw.value) ?? words[0],
    set: (word) => (raw.value = word),
  })
}

const after = <T>(words: readonly T[], word: T): T => words[(words.indexOf(word) + 1) % words.length] as T

export const usePreferencesStore = defineStore('preferences', () => {
  const theme = stored('theme', themes)
  const locale = stored('locale', locales)
  const density = stored('density', densities)
  const prefersDark = usePreferredDark()

  return {
    theme,
    locale,
    density,
    /** What the theme comes to at this moment. */
    isDark: computed(() => (theme.value === 'system' ? prefersDark.value : theme.value === 'dark')),
    /** Height of a queue row in CSS pixels. */
    rowHeight: computed(() => (density.value === 'compact' ? 28 : 36)),
    nextTheme: () => (theme.value = after(themes, theme.value)),
    nextLocale: () => (locale.value = after(locales, locale.value)),
    nextDensity: () => (density.value = after(densities, density.value)),
  }
})
