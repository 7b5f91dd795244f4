/** Rows of the queue keep the frame they are drawn in, and frames are used again. */
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { framesOf } from '../../renderer/desks/dispatch/row-frames.ts'

test('a row keeps its frame while it is drawn, no two share one, and none is made while one is free', () => {
  const windows = fc.array(fc.uniqueArray(fc.constantFrom(...'abcdefghij'), { maxLength: 6 }), { maxLength: 12 })
  fc.assert(
    fc.property(windows, (drawn) => {
      let before: ReadonlyMap<string, number> = new Map()
      let most = 0
      for (const ids of drawn) {
        const frames = framesOf(before, ids)
        expect([...frames.keys()]).toEqual(ids)
        expect(new Set(frames.values()).size).toBe(ids.length)
        for (const id of ids) if (before.has(id)) expect(frames.get(id)).toBe(before.get(id))
        most = Math.max(most, ids.length)
        for (const frame of frames.values()) expect(frame).toBeLessThan(most)
        before = frames
      }
    }),
  )
})
