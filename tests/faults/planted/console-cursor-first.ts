/** A console that moves its cursor in a transaction of its own, a moment before it applies the page. */
import { patchSource } from './patch-source.ts'

patchSource([
  {
    file: '/native/hub/feed.ts',
    from: 'publish(store.applyChanges(epoch, reply.changes, clock.now()))',
    to: `store.moveFirst(epoch, reply.changes, clock.now())
      await new Promise((resolve) => setTimeout(resolve, 20))
      publish(store.applyChanges(epoch, reply.changes, clock.now()))`,
  },
  {
    file: '/native/hub/feed-store.ts',
    from: 'heardAt: (now',
    to: 'moveFirst: (epoch, changes, now) => move.run(epoch, changes.at(-1).seq, now),\n    heardAt: (now',
  },
  // It has moved already: nothing is skipped any more.
  {
    file: '/native/hub/feed-store.ts',
    from: 'if (seq <= last) continue',
    to: '',
  },
])
