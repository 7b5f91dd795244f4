/** What a rule of the protocol is to the kit, and the four ways in which looking at one can end. */
import type { Line } from './line.ts'

/** What a check needs beside a workstation and its token; the sentence says how to give it. */
export const needs = {
  person:
    'needs somebody of the sub-center: --account and --password, or --actor ID:ROLE, or a desk’s step in the feed',
  account: 'needs --account and --password',
  second: 'needs --second-workstation and --second-token',
  restart: 'needs --restart COMMAND',
  grid: 'sends an instruction to real handsets: needs --grid CODE',
} as const
export type Need = keyof typeof needs

export interface Check {
  rule: string
  title: string
  needs: readonly Need[]
  /** Answers what was seen, for the report. Throws `Broken`, `NotFollowed`, `NotSeen`. */
  check(line: Line): Promise<string | undefined>
}
/** A rule that nobody outside the hub can look at. */
export interface Unseen {
  rule: string
  title: string
  unseen: string
}
export type Rule = Check | Unseen

/** A MUST that the hub does not keep. */
export class Broken extends Error {}
/** A SHOULD that the hub does not keep: said, and not a failure. */
export class NotFollowed extends Error {}
/** There was nothing here to look at. */
export class NotSeen extends Error {}

export function rule(
  name: string,
  title: string,
  required: readonly Need[],
  check: (line: Line) => Promise<string | void>,
): Check {
  return { rule: name, title, needs: required, check: async (line) => (await check(line)) ?? undefined }
}

export function unseen(name: string, title: string, why: string): Unseen {
  return { rule: name, title, unseen: why }
}

/** `seen` is what the hub did instead. */
export function must(condition: unknown, seen: string): asserts condition {
  if (!condition) throw new Broken(seen)
}
export function should(condition: unknown, seen: string): void {
  if (!condition) throw new NotFollowed(seen)
}

/** A short text of anything, for the report. */
export function brief(value: unknown): string {
  const text = typeof value === 'string' ? value : (JSON.stringify(value) ?? String(value))
  return text.length > 160 ? `${text.slice(0, 160)}…` : text
}
