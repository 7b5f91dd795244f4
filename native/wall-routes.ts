/** Answers the part of the contract that is about what the video wall shows: scenes and tours, kept as documents. */
import { scene, tour } from './contract/wall.ts'
import type { DocumentKind } from './documents/documents.ts'
import type { Follow, Implementer, Parts } from './router.ts'
import { wholeState } from './topic.ts'

const scenes = { kind: 'scene', body: scene }
const tours = { kind: 'tour', body: tour }

export function wallRoutes(os: Implementer['wall'], parts: Parts, follow: Follow) {
  const { session, documents } = parts
  const kept = <Body extends object>(kind: DocumentKind<Body>) => {
    const operator = session.require()
    return wholeState(documents.changed, () => documents.list(kind, operator))
  }
  const remove = (kind: DocumentKind<object>, id: string) => {
    documents.remove(kind, session.require(), id)
    return null
  }
  return {
    scenes: {
      watch: os.scenes.watch.handler(({ signal }) => follow(kept(scenes), signal, session.scope())),
      save: os.scenes.save.handler(({ input }) => {
        documents.save(scenes, session.require(), input)
        return null
      }),
      remove: os.scenes.remove.handler(({ input }) => remove(scenes, input.id)),
    },
    tours: {
      watch: os.tours.watch.handler(({ signal }) => follow(kept(tours), signal, session.scope())),
      save: os.tours.save.handler(({ input }) => {
        documents.save(tours, session.require(), input)
        return null
      }),
      remove: os.tours.remove.handler(({ input }) => remove(tours, input.id)),
    },
  }
}
