/** Addresses of the desks. Each desk is fetched when it is first opened. */
import { createRouter, createWebHashHistory, type Router, type RouteRecordRaw } from 'vue-router'

const routes: RouteRecordRaw[] = [
  { path: '/dispatch/:caseId?', name: 'dispatch', component: () => import('./desks/dispatch/DispatchDesk.vue') },
  { path: '/wall', name: 'wall', component: () => import('./desks/wall/WallDesk.vue') },
  { path: '/manual', name: 'manual', component: () => import('./desks/manual/ManualDesk.vue') },
  // Anything else, also an address of a later version, opens the first desk.
  { path: '/:rest(.*)*', redirect: '/dispatch' },
]

export function createRoutes(): Router {
  return createRouter({ history: createWebHashHistory(), routes })
}
