/**
 * Parts of the desk that its start does not need: fetched ahead by whoever opens the desk, once there is time. The form of a step
 * is none of them: its next key follows the first within milliseconds.
 */
import { defineAsyncComponent } from 'vue'

const bulkBar = () => import('./BulkBar.vue')
const newCase = () => import('./NewCaseForm.vue')
const checkOffer = () => import('../patrol/check/CheckOfferLine.vue')

export const BulkBar = defineAsyncComponent(bulkBar)
export const NewCaseForm = defineAsyncComponent(newCase)
export const CheckOfferLine = defineAsyncComponent(checkOffer)

/** Each when the page is idle. A failure costs nothing: it is fetched when it is needed. */
export async function fetchDeskParts(): Promise<void> {
  for (const load of [bulkBar, newCase, checkOffer]) {
    await new Promise((resolve) => requestIdleCallback(resolve))
    await load().catch(() => undefined)
  }
}
