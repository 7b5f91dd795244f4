/** How a queue of open cases may be grouped and sorted. Apart from the contract, which would bring the schema library into the page's start. */

export const queueGroupings = ['none', 'class', 'grid', 'station', 'state', 'channel', 'assignee'] as const
export type QueueGrouping = (typeof queueGroupings)[number]

/** `due` is the view's own order: by remaining time, in the view of all open cases supervised ones first. */
export const queueSorts = ['due', 'newest', 'class', 'place'] as const
export type QueueSort = (typeof queueSorts)[number]

/** Stands in the queue above the cases of its group; when it is folded, instead of them. */
export interface GroupHead {
  /** Of the line: no case has it. */
  id: `group:${string}`
  /** What the cases have in common: a code, a state, a channel, an assignee's id; empty: they have none. */
  group: string
  /** Null where the key has to speak for itself, or its words are the screen's. */
  name: string | null
  count: number
  isFolded: boolean
}

export const isGroupHead = (line: { id: string }): line is GroupHead => 'group' in line

/** Which groups are folded: those in `but` when `all` is false, all others when it is true. */
export interface Folded {
  all: boolean
  but: readonly string[]
}

/** More groups than this are not remembered one by one. */
export const mostFolded = 2000
