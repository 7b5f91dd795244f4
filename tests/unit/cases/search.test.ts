/** Full-text search answers what LIKE would: for every text, every query, every view, after every change. */
import { join } from 'node:path'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { createCaseParts } from '../../../native/cases/case-parts.ts'
import type { CaseHead, QueueView } from '../../../native/contract/case.ts'
import { openDatabase } from '../../../native/database/open.ts'
import { monday, sampleHead, temporaryFolder } from '../support.ts'

const viewer = { operatorId: 'person-1', now: monday }

function openSearch() {
  const database = openDatabase(join(temporaryFolder(), 'console.db'), 'ab'.repeat(32))
  const { store, queries } = createCaseParts(database)
  const put = database.transaction((heads: readonly CaseHead[], generation = 1) => {
    for (const head of heads) store.put(head, [], generation)
    store.settle()
  })
  const find = (text: string, view: QueueView = 'all', offset = 0, limit = 500) =>
    queries.window(view, offset, limit, viewer, text)
  const ids = (text: string, view?: QueueView) => find(text, view).rows.map(({ id }) => id)
  return { database, store, put, find, ids }
}

/** As an operator would put it: one spelling, words by spaces. */
const plain = (text: string) =>
  text
    .toWellFormed()
    .normalize('NFKC')
    .toLowerCase()
    .replace(/[\s\p{Cc}]+/gu, ' ')
    .trim()
const isLetter = (character: string) => /^[a-z]$/.test(character)
const isDigit = (character: string) => /^[0-9]$/.test(character)
const isSameRun = (a: string, b: string) => (isLetter(a) && isLetter(b)) || (isDigit(a) && isDigit(b))

/** LIKE '%word%', but for runs of plain letters or digits: they are found from their beginning, a single one whole. */
function isLike(text: string, word: string): boolean {
  for (let at = text.indexOf(word); at >= 0; at = text.indexOf(word, at + 1)) {
    const [before = '', after = ''] = [text[at - 1], text[at + word.length]]
    const isInside = isSameRun(before, word[0] ?? '')
    const isCut = word.length === 1 && isSameRun(word, after)
    if (!isInside && !isCut) return true
  }
  return false
}

const alphabet = [
  '垃',
  '圾',
  '桶',
  '村',
  '𠮷',
  '𰀀',
  '😀',
  '1',
  '2',
  'a',
  'b',
  'A',
  'é',
  ' ',
  '\n',
  '-',
  '"',
  '*',
  '<',
  '(',
  ',',
  '3',
  '\0',
]
const piece = fc.array(fc.constantFrom(...alphabet), { maxLength: 10 }).map((parts) => parts.join(''))
const anything = fc.oneof({ weight: 4, arbitrary: piece }, fc.string({ unit: 'binary', maxLength: 12 }))

test('what is found is what LIKE finds', () => {
  const { database, put, ids } = openSearch()
  fc.assert(
    fc.property(
      fc.array(anything, { minLength: 1, maxLength: 8 }),
      fc.array(anything, { maxLength: 8 }),
      (texts, queries) => {
        database.exec('DELETE FROM cases')
        put(
          texts.map((description, index) =>
            sampleHead({ id: `case-${index}`, reportedAt: monday + index, number: '甲', place: '', description }),
          ),
        )
        const cuts = texts.map((text) => text.slice(1, 4))
        for (const query of [...queries, ...texts, ...cuts]) {
          const words = plain(query).split(' ')
          const expected = texts
            .flatMap((text, index) =>
              words.every((word) => isLike(plain(text), word) || isLike('s0101', word) || isLike('甲', word))
                ? [`case-${index}`]
                : [],
            )
            .reverse()
          expect(ids(query), JSON.stringify(query)).toEqual(expected)
        }
      },
    ),
    { numRuns: 150 },
  )
})
