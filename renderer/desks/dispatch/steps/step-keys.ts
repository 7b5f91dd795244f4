/** The key of every step, and which of a case's offers are shown. Pure. */
import type { StepOffer } from '../../../../native/contract/case.ts'
import type { StepKind } from '../../../../native/contract/vocabulary.ts'

/** A step that a desk takes on a case; a report makes one. */
export type DeskStep = Exclude<StepKind, 'report'>

/** By the sound or the meaning of the Chinese word where a letter is free. Three approvals share P: only one can be asked for. */
export const stepKeys: Readonly<Record<DeskStep, string>> = {
  accept: 'A',
  reject: 'X',
  duplicate: 'R',
  file: 'L',
  'self-handle': 'Z',
  dispatch: 'D',
  start: 'S',
  return: 'B',
  'request-extension': 'Y',
  extend: 'P',
  'request-suspension': 'G',
  suspend: 'P',
  'refuse-request': 'J',
  resume: 'H',
  resolve: 'F',
  'check-pass': 'V',
  'check-fail': 'N',
  close: 'C',
  reopen: 'O',
  escalate: 'E',
  supervise: 'U',
  'request-decision': 'Q',
  'give-decision': 'P',
  consult: 'K',
  'call-back': 'T',
  remark: 'M',
}

export const deskSteps = Object.keys(stepKeys) as DeskStep[]

/** `register`: a new case. */
export const newCaseKey = 'I'

/** What is open at any time stands last; the rest is what the case's life goes on with. */
const aside: readonly StepKind[] = ['supervise', 'request-decision', 'consult', 'call-back', 'remark']

/** Offers as the bar shows them: one for each key, the one that can be taken first. */
export function shownOffers(offers: readonly StepOffer[]): StepOffer[] {
  const byKey = new Map<string, StepOffer>()
  for (const offer of offers) {
    if (offer.kind === 'report') continue
    const key = stepKeys[offer.kind]
    const other = byKey.get(key)
    if (!other || (other.blocked !== null && offer.blocked === null)) byKey.set(key, offer)
  }
  const shown = [...byKey.values()]
  return [...shown.filter(({ kind }) => !aside.includes(kind)), ...shown.filter(({ kind }) => aside.includes(kind))]
}

/** What a key means on a case; undefined when the case does not offer it. */
export function offerOfKey(offers: readonly StepOffer[], key: string): StepOffer | undefined {
  return shownOffers(offers).find(({ kind }) => kind !== 'report' && stepKeys[kind] === key)
}

const staying: readonly StepKind[] = [
  ...(['remark', 'consult', 'supervise', 'refuse-request', 'extend'] as const),
  ...(['request-decision', 'give-decision'] as const),
]
/** After these the case stays open: they leave it where it was in its life. */
export const stays = (kind: StepKind): boolean => staying.includes(kind)
