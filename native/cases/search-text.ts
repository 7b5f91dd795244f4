/**
 * What a case can be found by, and the FTS5 expression for what an operator looks for.
 *
 * The reporter is left out, name, phone and account: rows of the queue show none of them, so a hit would tell who
 * complained without any record of who looked. So is what a channel says of the caller (`origin.details`).
 */
import { hash } from 'node:crypto'
import type { CaseHead } from '../contract/case.ts'
import { fullWidth, gap, normalise, pairsOf, phraseOf, tokensOf } from './bigrams.ts'
import type { Initials } from './search-initials.ts'

/** Changes when the same case would give other tokens than before: every case is then indexed again when it comes. */
const edition = 1

/** Marks of tokens that are no words of the text; see `gap` in bigrams.ts for why these are free. */
const classMark = 'ｃ'
const endMark = 'ｅ'
/** Of a long number people know the last digits. */
const knownEnds = [4, 5, 6]

/** The same for as long as a case is found by the same words. */
export function searchKey(head: CaseHead, isOpen: boolean): string {
  const { number, classCode, place, description, assignee, origin } = head
  const text = [edition, isOpen, number, classCode, place, assignee?.name, origin?.reference, description].join('\0')
  return hash('sha1', text, 'base64')
}

/** All tokens of a case. Between fields stands a gap, so that nothing is found across them. */
export function searchTokens(head: CaseHead, initials: Initials): string {
  const { number, classCode, place, description, assignee, origin } = head
  const numbers = [number, origin?.reference ?? ''].map(normalise)
  const fields = [...numbers, ...[place, assignee?.name ?? '', description, classCode].map(normalise)]
  const letters = [initials.ofPlace(place), assignee ? initials.ofName(assignee.name) : '']
  return [
    classToken(classCode),
    ...numbers.flatMap(endsOf),
    tokensOf(fields.filter(Boolean).join(' ')),
    ...letters.filter(Boolean).flatMap((run) => [gap, ...pairsOf(fullWidth(run))]),
  ]
    .filter(Boolean)
    .join(' ')
}

function classToken(classCode: string): string {
  // Letters and digits stay plain: two full-width letters alone are initials.
  return classMark + normalise(classCode).replace(/[^a-z0-9]/g, fullWidth)
}

function endsOf(normalised: string): string[] {
  const digits = /[0-9]+$/.exec(normalised)?.[0] ?? ''
  return knownEnds.filter((length) => length <= digits.length).map((length) => endMark + digits.slice(-length))
}

/** A class of the catalogue as the search knows it. */
export interface SearchedClass {
  code: string
  /** Normalised. */
  name: string
}

/** Null when the text holds nothing to look for. A case has to hold every word, each in whatever field. */
export function searchExpression(text: string, classes: readonly SearchedClass[]): string | null {
  const words = [...new Set(normalise(text).split(' '))].filter(Boolean)
  if (words.length === 0) return null
  return words.map((word) => `(${choicesOf(word, classes).join(' OR ')})`).join(' AND ')
}

function choicesOf(word: string, classes: readonly SearchedClass[]): string[] {
  const choices = [phraseOf(word)]
  if (/^[0-9]+$/.test(word) && knownEnds.includes(word.length)) choices.push(`"${endMark}${word}"`)
  if (/^[a-z]{2,}$/.test(word)) choices.push(`"${pairsOf(fullWidth(word)).slice(0, -1).join(' ')}"`)
  const ofClasses = classes.filter(({ name }) => holds(name, word)).map(({ code }) => `"${classToken(code)}"`)
  return [...choices, ...new Set(ofClasses)]
}

/** Whether a normalised line holds a word the way `phraseOf` finds it. */
export function holds(line: string, word: string): boolean {
  const kindOf = (character: string | undefined) =>
    /^[a-z]/.test(character ?? '') ? 'letter' : /^[0-9]/.test(character ?? '') ? 'digit' : null
  const kind = kindOf(word[0])
  for (let at = line.indexOf(word); at >= 0; at = line.indexOf(word, at + 1)) {
    const isInside = kind !== null && kindOf(line[at - 1]) === kind
    const isCut = kind !== null && word.length === 1 && kindOf(line[at + 1]) === kind
    if (!isInside && !isCut) return true
  }
  return false
}
