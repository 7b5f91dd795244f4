/** Words: every fault, state, step and channel has some, both languages have the same ones, and no Chinese screen speaks English. */
/// <reference types="vite/client" />
import { ORPCError } from '@orpc/client'
import { describe, expect, it } from 'vitest'
import { faultCodes } from '../../native/contract/faults.ts'
import { cameraOwners, caseStates, channels, roles, stepKinds, urgencies } from '../../native/contract/vocabulary.ts'
import { FaultError, faultReasons, faultWords, isFinal, readFault } from '../../renderer/link/faults.ts'
import { en } from '../../renderer/locales/en.ts'
import type { DeskWords, WordTree } from '../../renderer/locales/words.ts'
import { zhCN } from '../../renderer/locales/zh-CN.ts'

const deskModules = import.meta.glob<Record<string, DeskWords>>(
  '../../renderer/{desks/*,desks/patrol/*,alarms,evidence,frame}/*words.ts',
  {
    eager: true,
  },
)
const deskWords = Object.entries(deskModules).flatMap(([path, module]) =>
  Object.values(module).map((words): [string, DeskWords] => [path, words]),
)
const trees: [string, WordTree, WordTree][] = [
  ['the console', zhCN, en],
  ...deskWords.map(([path, words]): [string, WordTree, WordTree] => [path, words['zh-CN'], words.en]),
]

function flatten(tree: WordTree, path = ''): [string, string][] {
  return Object.entries(tree).flatMap(([key, value]) =>
    typeof value === 'string' ? [[`${path}${key}`, value]] : flatten(value, `${path}${key}.`),
  )
}
const slots = (text: string) => [...text.matchAll(/\{(\w+)\}/g)].map(([, name]) => name).toSorted()

describe.each(trees)('words of %s', (_, chinese, english) => {
  it('are the same in both languages, down to what is filled in', () => {
    const others = new Map(flatten(english))
    expect([...others.keys()].toSorted()).toEqual(
      flatten(chinese)
        .map(([key]) => key)
        .toSorted(),
    )
    for (const [key, text] of flatten(chinese)) {
      if (others.get(key)) expect([key, slots(others.get(key)!)]).toEqual([key, slots(text)])
    }
  })

  it('are Chinese in Chinese, but for the names that operators use', () => {
    const names = /\b(CSV|csv|GeoJSON|UTF|GBK|Excel|ONVIF|RTSP|HLS|PDF|English|Enter|Ctrl|Alt|Shift|Del|Esc)\b|\{\w+\}/g
    for (const [key, text] of flatten(chinese)) {
      expect([key, text.replaceAll(names, '').match(/[a-z]{3,}/i)?.[0]]).toEqual([key, undefined])
    }
  })

  it('are never empty', () => {
    for (const [key, text] of [...flatten(chinese), ...flatten(english)])
      expect([key, text.trim()]).not.toEqual([key, ''])
  })
})

describe('the terms of the domain', () => {
  const terms = new Set(flatten(zhCN).map(([key]) => key))
  it.each([
    ['terms.roles', roles],
    ['terms.channels', channels],
    ['terms.states', caseStates],
    ['terms.steps', stepKinds],
    ['terms.urgencies', urgencies],
    ['terms.owners', cameraOwners],
    ['faults.code', faultCodes],
    ['faults.reason', faultReasons],
  ])('%s are complete', (group, members) => {
    for (const member of members) expect(terms).toContain(`${group}.${member}`)
  })
})

describe('what failed becomes words', () => {
  const words = new Map(flatten(zhCN))

  it('for every code with every reason', () => {
    for (const code of faultCodes) {
      for (const reason of [null, ...faultReasons]) {
        const fault = readFault(new ORPCError(code, { data: reason ? { reason } : {} }))
        expect(fault).toEqual({ code, reason })
        expect(words.get(faultWords(fault))).toBeTruthy()
      }
    }
  })

  it.each([
    [new ORPCError('offline', { data: { reason: 'of-a-later-version' } }), 'offline'],
    [new ORPCError('BAD_REQUEST'), 'invalid'],
    [new ORPCError('SOMETHING_NEW'), 'internal'],
    [new DOMException('', 'AbortError'), 'cancelled'],
    [new DOMException('', 'TimeoutError'), 'offline'],
    [new TypeError('a mistake'), 'internal'],
    [null, 'internal'],
    ['text', 'internal'],
  ])('for %s too', (thrown, code) => {
    const fault = readFault(thrown)
    expect(fault.code).toBe(code)
    expect(words.get(faultWords(fault))).toBeTruthy()
  })

  it('and a fault of this side stays what it is', () => {
    const fault = { code: 'offline', reason: 'workstation-lost' } as const
    expect(readFault(new FaultError(fault))).toBe(fault)
    expect([fault, { code: 'forbidden', reason: null } as const].map(isFinal)).toEqual([false, true])
  })
})
