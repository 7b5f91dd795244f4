/** Words of the search of the queue. */
import type { DeskWords } from '../../locales/words.ts'

export const searchWords: DeskWords = {
  'zh-CN': {
    queueSearch: {
      label: '查找案件',
      placeholder: '查找：编号、类别、地点、描述',
      hint: '按编号、类别、地点、描述、承办人查找；人名地名可用拼音首字母，多个词用空格隔开',
      found: '找到 {count} 件',
      many: '前 {count} 件，请再加一个词',
      none: '没有符合的案件',
      noneHint: '当前队列里没有同时包含“{text}”各词的案件。可换一个词，或改看“全部”。',
      clear: '清除查找',
      focus: '查找案件',
    },
  },
  en: {
    queueSearch: {
      label: 'Search cases',
      placeholder: 'Search: number, class, place, text',
      hint: 'By number, class, place, description or assignee; pinyin initials of people and places; several words by spaces',
      found: '{count} found',
      many: 'The first {count}; add another word',
      none: 'No case matches',
      noneHint: 'No case of this queue holds every word of "{text}". Try another word, or look at all cases.',
      clear: 'Clear the search',
      focus: 'Search cases',
    },
  },
}
