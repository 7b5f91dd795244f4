/** Working the queue: a step begins by its key on the open case, the chosen ones, or the row under the cursor; then the next. */
import { computed, type Ref, shallowRef, watch } from 'vue'
import type { QueueRow, StepInput } from '../../../native/contract/case.ts'
import type { OwnSuggestion } from '../../../native/contract/unit.ts'
import { useCaseFileStore } from '../../stores/case-file.ts'
import { useCaseWorkStore } from '../../stores/case-work.ts'
import { useQueueStore } from '../../stores/queue.ts'
import { useSuggestionsStore } from '../../stores/suggestions.ts'
import { useSyncStore } from '../../stores/sync.ts'
import { bulkStepsFor, jobsOf } from './bulk.ts'
import { nextWaiting } from './next-row.ts'
import { type DeskStep, offerOfKey, stays, stepKeys } from './steps/step-keys.ts'
import { useBulk } from './use-bulk.ts'
import { useSelection } from './use-selection.ts'

export interface StepsOptions {
  openId: Readonly<Ref<string | null>>
  /** The row under the cursor. */
  cursorId: () => string | null
  open: (caseId: string) => void
  focusQueue: () => void
}

export function useSteps({ openId, cursorId, open, focusQueue }: StepsOptions) {
  const queue = useQueueStore()
  const caseFile = useCaseFileStore()
  const work = useCaseWorkStore()
  const sync = useSyncStore()
  const selection = useSelection()
  const bulk = useBulk()
  const suggestions = useSuggestionsStore()
  const chosen = computed(() => [...selection.chosen.value])
  /** Rows of the chosen cases as they were last seen: a chosen case may have left the view. */
  const known = shallowRef(new Map<string, QueueRow>())
  /** A key pressed on a row that was not open: its step begins when its file has come. */
  let wanted: { caseId: string; key: string } | null = null

  watch([() => queue.cases, chosen], ([held, ids]) => {
    if (ids.length === 0) return known.value.size > 0 && (known.value = new Map())
    const rows = new Map(held.map((row) => [row.id, row]))
    known.value = new Map(
      ids.flatMap((id) => {
        const row = rows.get(id) ?? known.value.get(id)
        return row ? [[id, row]] : []
      }),
    )
  })
  const bulkSteps = computed(() => bulkStepsFor([...known.value.values()].map(({ state }) => state)))
  const isMany = computed(() => chosen.value.length > 1)

  function begin(kind: DeskStep): void {
    if (isMany.value) work.begin(kind, chosen.value)
    else if (openId.value !== null) work.begin(kind, [openId.value])
  }

  function press(key: string): void {
    if (isMany.value) {
      const kind = bulkSteps.value.find((step) => stepKeys[step] === key)
      if (kind) begin(kind)
      return
    }
    // Keys are for what one looks at: in the queue the row under the cursor, which opens first, else the open case.
    const isInQueue = document.activeElement?.closest('.queue') !== null
    const caseId = chosen.value[0] ?? (isInQueue ? cursorId() : null) ?? openId.value
    if (caseId === null) return
    if (caseId === openId.value && caseFile.file) return beginOffered(key)
    wanted = { caseId, key }
    open(caseId)
  }

  function beginOffered(key: string): void {
    const offer = caseFile.file ? offerOfKey(caseFile.file.offers, key) : undefined
    if (offer && offer.blocked === null) work.begin(offer.kind, [caseFile.file!.id])
  }
  watch(
    () => caseFile.file,
    (file) => {
      if (!file || !wanted || file.id !== wanted.caseId) return
      const { key } = wanted
      wanted = null
      beginOffered(key)
    },
  )
  watch(openId, (id) => {
    if (wanted && wanted.caseId !== id) wanted = null
    if (work.draft?.caseIds.length === 1 && work.draft.caseIds[0] !== id) work.end()
  })

  // A form for many makes no sense for one, and what was chosen in one view is out of sight in another.
  watch(isMany, (many) => !many && (work.draft?.caseIds.length ?? 0) > 1 && work.end())
  watch([() => queue.view, () => queue.text], selection.clear)

  async function sendOne(input: StepInput): Promise<void> {
    const { draft } = work
    const caseId = draft?.caseIds[0]
    if (!draft || caseId === undefined) return
    // Looked up before the step: afterwards the case may stand elsewhere.
    const next = stays(draft.kind) ? null : nextWaiting(queue.cases, caseId, draft.kind)
    if (draft.again) await sync.applyAgain(draft.again.stepId, input)
    else await work.step(caseId, draft.kind, input)
    suggestions.forget()
    work.end()
    selection.clear()
    if (next) open(next.id)
    focusQueue()
  }

  async function sendMany(input: StepInput, each?: readonly OwnSuggestion[]): Promise<void> {
    const { draft } = work
    if (!draft) return
    work.end()
    const summary = await bulk.start(jobsOf(draft.caseIds, input, each), draft.kind as DeskStep)
    // What could not be taken stays chosen, for another try; so does what no unit fits.
    selection.clear()
    const left = each?.filter(({ assignee }) => assignee === null).map(({ caseId }) => caseId) ?? []
    selection.add([...left, ...summary.failed.flatMap(({ caseIds }) => caseIds)])
    suggestions.forget()
    focusQueue()
  }

  return { selection, chosen, isMany, bulkSteps, run: bulk.run, forget: bulk.forget, begin, press, sendOne, sendMany }
}
