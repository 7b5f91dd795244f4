/** The sound of one shared stream, for all who listen to it; and a session that fails by it is followed by one without. */
import type { SoundOffer } from '../contract/media-wire.ts'
import type { PlayOptions } from './shared-stream.ts'
import type { SoundTaker, SoundUnit } from './sound.ts'

export class SharedSound implements SoundTaker {
  readonly #listeners = new Set<SoundTaker>()
  #offer: SoundOffer | null = null

  /** Tells at once what is known. Returns how to leave. */
  attach(listener: SoundTaker): () => void {
    this.#listeners.add(listener)
    if (this.#offer) listener.offered(this.#offer)
    return () => void this.#listeners.delete(listener)
  }

  offered(offer: SoundOffer): void {
    this.#offer = offer
    for (const listener of this.#listeners) listener.offered(offer)
  }

  heard(unit: SoundUnit): void {
    for (const listener of this.#listeners) listener.heard(unit)
  }
}

/**
 * Plays with the sound beside the pictures. Some cameras fail altogether when they are asked for it: a session that ended without a picture
 * after the sound had been asked for is followed by one that does not ask; when that one comes to nothing either, it was not the sound.
 */
export function playBeside(
  sound: SoundTaker,
  play: (options: PlayOptions & { sound?: SoundTaker }) => Promise<never>,
): (options: PlayOptions) => Promise<never> {
  let isLeftOut = false
  return async (options) => {
    if (isLeftOut) sound.offered({ state: 'refused' })
    let hasPicture = false
    let isSuspect = isLeftOut
    const taker: SoundTaker = {
      offered(offer) {
        isSuspect ||= offer.state === 'playable'
        sound.offered(offer)
      },
      heard: (unit) => sound.heard(unit),
    }
    const onUnit: PlayOptions['onUnit'] = (unit) => {
      hasPicture = true
      options.onUnit(unit)
    }
    try {
      return await play({ ...options, onUnit, ...(isLeftOut ? {} : { sound: taker }) })
    } finally {
      if (!hasPicture && isSuspect) isLeftOut = !isLeftOut
    }
  }
}
