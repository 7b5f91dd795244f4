/** The work of the form of a community's camera: read what stands, try it out, keep it. */
import { computed, onScopeDispose, ref, shallowRef, watch } from 'vue'
import { useI18n } from 'vue-i18n'
import type { DeviceSheet } from '../../../native/contract/discovery.ts'
import type { CameraTrial, OwnCamera, TrialResult } from '../../../native/contract/own-camera.ts'
import { faultWords, readFault } from '../../link/faults.ts'
import { useDiscoveryStore } from '../../stores/discovery.ts'
import { useOwnCamerasStore } from '../../stores/own-cameras.ts'
import { type DraftProblems, draftOf, emptyDraft, type OwnDraft, readDraft, readTrial } from './own-draft.ts'

/** `cameraId` null: a new camera, begun with `prefill`. */
export function useOwnForm(cameraId: string | null, prefill: Partial<OwnDraft> | null) {
  const { t } = useI18n()
  const own = useOwnCamerasStore()
  const discovery = useDiscoveryStore()
  const draft = ref<OwnDraft>({ ...emptyDraft(), ...prefill })
  const stands = shallowRef<OwnCamera | null>(null)
  const isReading = ref(cameraId !== null)
  const busy = ref<'trying' | 'saving' | null>(null)
  const problems = shallowRef<DraftProblems>({})
  const trouble = ref<string | null>(null)
  const isConflict = ref(false)
  const trial = shallowRef<TrialResult | null>(null)
  const sheet = shallowRef<DeviceSheet | null>(null)
  const leaving = new AbortController()
  let trying = new AbortController()
  onScopeDispose(() => (leaving.abort(), trying.abort()))

  const tell = (thrown: unknown) => (trouble.value = t(faultWords(readFault(thrown))))
  // What was tried is not what would be kept any more.
  watch(
    () => {
      const { kind, mainUrl, subUrl, access, user, password } = draft.value
      return [kind, mainUrl, subUrl, access, user, password]
    },
    () => {
      trying.abort()
      trial.value = null
      sheet.value = null
    },
  )

  async function load(): Promise<void> {
    if (cameraId === null) return
    isReading.value = true
    trouble.value = null
    isConflict.value = false
    try {
      stands.value = await own.read(cameraId, leaving.signal)
      draft.value = draftOf(stands.value)
    } catch (thrown) {
      if (!leaving.signal.aborted) tell(thrown)
    }
    isReading.value = false
  }
  void load()

  /** An account that is kept here goes only to the address that stands. */
  function questionOf({ source, credentials }: CameraTrial) {
    if (source.kind !== 'onvif') return null
    if (credentials !== 'keep') return { deviceUrl: source.deviceUrl, credentials }
    const before = stands.value?.source
    return cameraId !== null && before?.kind === 'onvif' && before.deviceUrl === source.deviceUrl ? { cameraId } : null
  }
  async function tryOut(): Promise<void> {
    const read = readTrial(draft.value, cameraId)
    problems.value = 'problems' in read ? read.problems : {}
    if ('problems' in read) return
    trying.abort()
    const { signal } = (trying = new AbortController())
    busy.value = 'trying'
    trouble.value = null
    trial.value = null
    try {
      trial.value = await own.tryOut(read.trial, signal)
      const question = trial.value.reason === null || trial.value.reason === 'codec' ? questionOf(read.trial) : null
      if (question) sheet.value = await discovery.ask(question, signal)
      if (sheet.value && cameraId === null) draft.value.steerable = sheet.value.isSteerable
    } catch (thrown) {
      if (!signal.aborted) tell(thrown)
    }
    if (busy.value === 'trying') busy.value = null
  }
  /** The id under which it is kept; null when it is not, with the reason told. */
  async function save(): Promise<string | null> {
    if (busy.value === 'saving' || isReading.value) return null
    const read = readDraft(draft.value)
    problems.value = 'problems' in read ? read.problems : {}
    if ('problems' in read) return null
    trying.abort()
    busy.value = 'saving'
    trouble.value = null
    try {
      if (cameraId !== null) await own.change(cameraId, stands.value?.version ?? 0, read.input)
      const id = cameraId ?? (await own.add(read.input))
      if (read.input.source.kind === 'onvif') discovery.know(read.input.source.deviceUrl, id)
      return id
    } catch (thrown) {
      const fault = readFault(thrown)
      isConflict.value = fault.code === 'conflict' && fault.reason === null
      trouble.value = isConflict.value ? t('ownCamera.conflict') : t(faultWords(fault))
      return null
    } finally {
      busy.value = null
    }
  }
  const cancelTrial = () => (trying.abort(), (busy.value = null))
  const hasKept = computed(() => stands.value?.hasCredentials ?? false)
  return {
    draft,
    problems,
    trouble,
    isConflict,
    isReading,
    busy,
    trial,
    sheet,
    hasKept,
    load,
    tryOut,
    cancelTrial,
    save,
  }
}
