/** Changes the text of a module while it is loaded: a defect is planted in a test's process and nowhere else. */
import { registerHooks } from 'node:module'

export interface Patch {
  /** How the module's address ends. */
  file: string
  /** Must stand in it: a defect that was not planted must not look like one that was not found. */
  from: string
  to: string
}

export function patchSource(patches: readonly Patch[]): void {
  registerHooks({
    load(url, context, next) {
      const loaded = next(url, context)
      const wanted = patches.filter(({ file }) => url.endsWith(file))
      if (wanted.length === 0) return loaded
      let source = String(loaded.source)
      for (const { from, to } of wanted) {
        if (!source.includes(from)) throw new Error(`${url} has changed: the defect cannot be planted any more`)
        source = source.replace(from, () => to)
      }
      return { ...loaded, source }
    },
  })
}
