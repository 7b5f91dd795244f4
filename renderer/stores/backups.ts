/** Backups of this workstation: what there is, what is under way, and the last recovery. */
import { defineStore } from 'pinia'
import { shallowRef } from 'vue'
import type { BackupRow, BackupState } from '../../native/contract/backup.ts'
import { useLink } from '../link/link.ts'
import { createFollower } from './follower.ts'

type Reference = Pick<BackupRow, 'id' | 'place'>
/** A whole database is copied and read again. */
const workLimitMs = 30 * 60_000

export const useBackupsStore = defineStore('backups', () => {
  const link = useLink()
  /** Null until it has come. */
  const state = shallowRef<BackupState | null>(null)
  const set = (next: BackupState) => void (state.value = next)
  const follower = createFollower<BackupState, BackupState>({ onSnapshot: set, onDelta: set })
  const working = { limitMs: workLimitMs }
  return {
    state,
    open: () =>
      follower.start((following) =>
        link.follow((client, signal) => client.backups.watch(undefined, { signal }), following),
      ),
    close: () => {
      follower.stop()
      state.value = null
    },
    backUp: () => link.call((client, signal) => client.backups.now(undefined, { signal }), working),
    verify: ({ id, place }: Reference) =>
      link.call((client, signal) => client.backups.verify({ id, place }, { signal }), working),
    restore: ({ id, place }: Reference, reason: string) =>
      link.call((client, signal) => client.backups.restore({ id, place, reason }, { signal }), working),
    acknowledge: (recoveryId: string) =>
      link.call((client, signal) => client.backups.acknowledge({ recoveryId }, { signal })),
  }
})
