/** A console that decides a step, says that it is kept, and keeps it a moment later. */
import { patchSource } from './patch-source.ts'

patchSource([
  {
    file: '/native/cases/own-steps.ts',
    from: 'takeStep.immediate(...step)\n      options.taken()',
    to: `const undo = {}
      try {
        database.transaction(() => {
          take(...step)
          throw undo
        })()
      } catch (error) {
        if (error !== undo) throw error
      }
      setTimeout(() => {
        try {
          takeStep.immediate(...step)
          options.taken()
        } catch {}
      }, 20)`,
  },
])
