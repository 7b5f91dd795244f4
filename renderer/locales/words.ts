/** The words of the console: a language at a time, and the words of a desk when the desk is opened. */
import { watch } from 'vue'
import { createI18n, useI18n } from 'vue-i18n'
import { type Locale, usePreferencesStore } from '../stores/preferences.ts'
import { zhCN } from './zh-CN.ts'

/** A tree of words. Every language has the same one; a test holds them to it. */
export interface WordTree {
  readonly [key: string]: string | WordTree
}
/** A desk's own words in every language; a desk keeps them in its folder as `words.ts`. */
export type DeskWords = Record<Locale, WordTree>

/** Chinese is always there; another language is fetched when it is chosen. */
export function createWords() {
  return createI18n({
    legacy: false,
    locale: 'zh-CN' as Locale,
    fallbackLocale: 'zh-CN',
    messages: { 'zh-CN': zhCN as WordTree },
    missingWarn: false,
    fallbackWarn: false,
  })
}

/** Keeps the shown language to the preferred one, for as long as the calling scope lives. */
export function useShownLanguage(): void {
  const { mergeLocaleMessage, locale } = useI18n({ useScope: 'global' })
  const preferences = usePreferencesStore()
  async function show(wanted: Locale): Promise<void> {
    if (wanted === 'en') mergeLocaleMessage('en', (await import('./en.ts')).en)
    // While it was fetched another may have been chosen.
    if (wanted !== preferences.locale) return
    locale.value = wanted
    document.documentElement.lang = wanted
  }
  watch(() => preferences.locale, show, { immediate: true })
}

/** The translation function, with the words of a desk added to the console's. Call it once at the top of a desk. */
export function useDeskWords(words: DeskWords) {
  const composer = useI18n({ useScope: 'global' })
  for (const [locale, tree] of Object.entries(words)) composer.mergeLocaleMessage(locale, tree)
  return composer
}
