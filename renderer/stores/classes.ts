/** The hub's catalogue of classes, for as long as a form that needs it is open. */
import { defineStore } from 'pinia'
import { shallowRef } from 'vue'
import type { CaseClass } from '../../native/contract/case.ts'
import { useLink } from '../link/link.ts'
import { createFollower } from './follower.ts'

export const useClassesStore = defineStore('classes', () => {
  const link = useLink()
  const classes = shallowRef<readonly CaseClass[]>([])
  const set = (next: CaseClass[]) => void (classes.value = next)
  const follower = createFollower<CaseClass[], CaseClass[]>({ onSnapshot: set, onDelta: set })

  return {
    classes,
    freshness: follower.freshness,
    open: () =>
      follower.start((following) =>
        link.follow((client, signal) => client.cases.classes(undefined, { signal }), following),
      ),
    close: follower.stop,
  }
})
