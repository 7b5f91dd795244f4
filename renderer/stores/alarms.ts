/** Alarms of the shift: what has to be acknowledged, and what was. */
import { useLocalStorage } from '@vueuse/core'
import { defineStore } from 'pinia'
import { computed, shallowRef } from 'vue'
import type { Alarm, AlarmKind } from '../../native/contract/duty.ts'
import { useLink } from '../link/link.ts'
import { createFollower } from './follower.ts'

/** The gravest first: it decides colour and sound. */
const gravity: readonly AlarmKind[] = ['late', 'supervised', 'soon']

export const useAlarmsStore = defineStore('alarms', () => {
  const link = useLink()
  const alarms = shallowRef<readonly Alarm[]>([])
  const isMuted = useLocalStorage('console.alarmsMuted', false, { writeDefaults: false })
  const set = (all: Alarm[]) => void (alarms.value = all)
  const follower = createFollower<Alarm[], Alarm[]>({ onSnapshot: set, onDelta: set })
  const open = computed(() => alarms.value.filter(({ acknowledged }) => acknowledged === null))

  return {
    /** Unacknowledged ones first. */
    alarms,
    unacknowledged: open,
    /** Of the unacknowledged ones; null when there are none. */
    gravest: computed(() => gravity.find((kind) => open.value.some((alarm) => alarm.kind === kind)) ?? null),
    freshness: follower.freshness,
    fault: follower.fault,
    isMuted,
    open: () =>
      follower.start((following) =>
        link.follow((client, signal) => client.alarms.watch(undefined, { signal }), following),
      ),
    close: () => {
      follower.stop()
      alarms.value = []
    },
    async acknowledge(alarmId: string): Promise<void> {
      await link.call((client, signal) => client.alarms.acknowledge({ alarmId }, { signal }))
    },
    async acknowledgeAll(): Promise<void> {
      await link.call((client, signal) => client.alarms.acknowledgeAll(undefined, { signal }))
    },
  }
})
