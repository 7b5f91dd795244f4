/**
 * Text as tokens for full-text search: pairs of characters for what is written without spaces, whole words for Latin
 * letters and digits. A phrase of such tokens is found exactly where the characters stand side by side, so a search
 * answers what LIKE would, for one character or many.
 *
 * SQLite's own tokenizers do not do: `unicode61` finds no Chinese words and drops emoji and signs; `trigram` finds
 * nothing for two characters. These tokens hold nothing but ASCII letters, digits and characters above U+007F, which the
 * `ascii` tokenizer keeps as they are, those of GB 18030's later extensions too.
 */

/** Stands between words and between fields. Normalised text cannot hold it: NFKC makes U+3000 a plain space. */
export const gap = '\u3000'
/** The tokens of a long number after its first four digits; full-width letters are free, as NFKC makes them plain. */
const onward = 'ｄ'
const digitsTogether = 4

/** One spelling for full-width and half-width forms, capitals and small letters; breaks and controls become one space. */
export function normalise(text: string): string {
  return text
    .toWellFormed()
    .normalize('NFKC')
    .toLowerCase()
    .replace(/[\s\p{Cc}]+/gu, ' ')
    .trim()
}

/** Tokens of normalised text, separated by spaces. */
export function tokensOf(normalised: string): string {
  const tokens: string[] = []
  for (const { kind, run } of runsOf(normalised)) addRun(tokens, kind, run)
  return tokens.join(' ')
}

/**
 * The FTS5 phrase that finds a normalised word without spaces: anywhere, but where it begins with a letter or digit
 * only at the beginning of such a run. It may end in the middle of one, unless it is a single letter or digit.
 */
export function phraseOf(word: string): string {
  const runs = runsOf(word)
  const last = runs.at(-1)
  const tokens: string[] = []
  for (const { kind, run } of runs) addRun(tokens, kind, run)
  if (!last) return '""'
  // The pair before already says what the last character is.
  const isPair = last.kind === 'signs' && tokens.length > 1 && [...last.run].length > 1
  if (isPair) tokens.pop()
  // Neither can four digits go on within their token.
  const isFull = last.kind === 'digits' && last.run.length % digitsTogether === 0
  const isWhole = isPair || isFull || (last.kind !== 'signs' && word.length === 1)
  return `"${tokens.join(' ')}"${isWhole ? '' : ' *'}`
}

type Kind = 'letters' | 'digits' | 'signs' | 'gap'

function kindOf(code: number): Kind {
  if (code === 0x20) return 'gap'
  if (code >= 0x30 && code <= 0x39) return 'digits'
  return code >= 0x61 && code <= 0x7a ? 'letters' : 'signs'
}

/** Runs of one kind. Letters and digits are the plain ones; `signs` is everything else that is not a space. */
function runsOf(text: string): { kind: Kind; run: string }[] {
  const runs: { kind: Kind; run: string }[] = []
  for (let at = 0; at < text.length;) {
    const kind = kindOf(text.charCodeAt(at))
    let end = at + 1
    while (end < text.length && kindOf(text.charCodeAt(end)) === kind) end += 1
    runs.push({ kind, run: text.slice(at, end) })
    at = end
  }
  return runs
}

function addRun(tokens: string[], kind: Kind, run: string): void {
  if (kind === 'letters') tokens.push(run)
  else if (kind === 'gap') tokens.push(gap)
  else if (kind === 'signs') tokens.push(...pairsOf(run))
  else {
    // Few tokens for many numbers: what is found by the first digits of all of them stays quick.
    for (let from = 0; from < run.length; from += digitsTogether) {
      tokens.push((from === 0 ? '' : onward) + run.slice(from, from + digitsTogether))
    }
  }
}

/** `垃圾桶` is `垃圾`, `圾桶`, `桶`: one token for each character, and the last one alone. */
export function pairsOf(run: string): string[] {
  const characters = Array.from(fullWidth(run))
  return characters.map((character, index) => character + (characters[index + 1] ?? ''))
}

/**
 * ASCII characters as their full-width twins: no tokenizer takes those for separators, no query for operators, and
 * letters so written are taken for no word.
 */
export function fullWidth(plain: string): string {
  if (!/[ -~]/.test(plain)) return plain
  return plain
    .replaceAll(' ', gap)
    .replace(/[!-~]/g, (character) => String.fromCharCode(character.charCodeAt(0) + 0xfee0))
}
