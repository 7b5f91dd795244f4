/** Addresses of the desks. Each desk is fetched when it is first opened. */
import { createRouter, createWebHashHistory, type Router, type RouteRecordRaw } from 'vue-router'
import { desks } from './lazy.ts'

const routes: RouteRecordRaw[] = [
  { path: '/dispatch/:caseId?', name: 'dispatch', component: desks.dispatch },
  { path: '/wall', name: 'wall', component: desks.wall },
  { path: '/patrol/:tab(routes|underway|check|coverage)?/:id?', name: 'patrol', component: desks.patrol },
  { path: '/patrol/walk/:walkId', name: 'walk', component: desks.walk, props: true },
  { path: '/cameras/:cameraId?', name: 'cameras', component: desks.cameras },
  { path: '/sync', name: 'sync', component: desks.sync },
  { path: '/print/open', name: 'paper', component: desks.paper },
  { path: '/print/case/:caseId', name: 'print', component: desks.print },
  { path: '/instructions', name: 'instructions', component: desks.instructions },
  { path: '/handover/:id?', name: 'handover', component: desks.handover },
  { path: '/map/:caseId?', name: 'map', component: desks.map },
  { path: '/manual', name: 'manual', component: desks.manual },
  // Anything else, also an address of a later version, opens the first desk.
  { path: '/:rest(.*)*', redirect: '/dispatch' },
]

export function createRoutes(): Router {
  return createRouter({ history: createWebHashHistory(), routes })
}
