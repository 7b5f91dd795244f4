/** A patrol route that was planned elsewhere and reaches this workstation by the hub, and the way into a walk of it. */
import type { Page } from '@playwright/test'
import type { PatrolStop } from '../../native/contract/patrol.ts'
import type { District } from '../district/district.ts'
import { expect } from './journey.ts'

export type PlannedStop = Pick<PatrolStop, 'cameraId'> & Partial<Pick<PatrolStop, 'preset' | 'checklist' | 'place'>>

export function publishRoute(district: District, name: string, planned: readonly PlannedStop[]): PatrolStop[] {
  const stops = planned.map((stop, index): PatrolStop => ({
    ...{ id: `stop-${index + 1}`, preset: null, dwellSeconds: 3, checklist: [] },
    ...{ place: { kind: 'other', name: `第 ${index + 1} 站` }, ...stop },
  }))
  const leader = district.accounts.find(({ role }) => role === 'duty-leader')!
  const document = {
    ...{ kind: 'patrol-route', id: 'route-1', opId: 'route-1-save', name, version: 1, at: Date.now() },
    ...{ by: { id: leader.id, name: leader.name, role: leader.role }, body: { revision: 1, stops, times: [] } },
  }
  district.hub.publish(district.subCenter, { kind: 'document', document })
  return stops
}

/** From any desk into a walk of the only route: a new one, or one's own that was left. */
export async function openWalk(page: Page, name: string): Promise<void> {
  await page.keyboard.press('Control+3')
  const route = page.getByRole('option', { name: new RegExp(name) }).last()
  await expect(route).toBeVisible()
  await route.dblclick()
  await expect(page.getByTestId('walk')).toBeVisible()
}
