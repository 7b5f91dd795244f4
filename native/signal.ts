/** The smallest way to say "this has changed": whoever owns the state owns the signal. */

export interface Signal<T> {
  subscribe(listener: (value: T) => void): () => void
}

export interface Emitter<T> extends Signal<T> {
  emit(value: T): void
}

export function createEmitter<T>(): Emitter<T> {
  const listeners = new Set<(value: T) => void>()
  return {
    subscribe(listener) {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
    emit(value) {
      for (const listener of listeners) listener(value)
    },
  }
}
