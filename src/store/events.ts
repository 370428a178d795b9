/** This process reads another version now. */
export interface SwapEvent {
  /** Number of the version that is read now. */
  readonly generation: number
  /** The one read before; undefined for the first. */
  readonly previous: number | undefined
  /** From noticing the version to the switch, in milliseconds. */
  readonly adoptMs: number
  /** The longest time one step of the adoption kept the thread, in milliseconds of the store's clock; listeners do not count. */
  readonly longestBlockMs: number
  /** What was said about the switch by who rolled back, pinned or unpinned. */
  readonly reason: string | undefined
}

/** A version could not be adopted; this process stays on the one it has. */
export interface AdoptFailedEvent {
  /** The version that was tried; undefined when not even its number could be read. */
  readonly generation: number | undefined
  /** The version this process reads; undefined when it has none. */
  readonly current: number | undefined
  /** Why not. */
  readonly error: Error
}

/** The memory of a version this process no longer reads was given back. */
export interface ReleaseEvent {
  /** Number of that version. */
  readonly generation: number
  /** How much was unmapped. */
  readonly byteLength: number
  /** The longest time one step kept the thread, in milliseconds of the store's clock. */
  readonly longestBlockMs: number
  /** In how many steps. */
  readonly steps: number
}

/** What a store tells, by name. */
export interface StoreEvents {
  /** Another version is read now. */
  swap: SwapEvent
  /** A version could not be adopted. */
  'adopt-failed': AdoptFailedEvent
  /** An old version's memory was given back. */
  release: ReleaseEvent
}

type Listener<Event> = (event: Event) => void

/** Who wants to know what. A listener that throws disturbs neither the store nor other listeners. */
export class EventHub {
  readonly #listeners = new Map<keyof StoreEvents, Set<Listener<never>>>()

  /** Adds a listener; one already there is not added twice. */
  on<Name extends keyof StoreEvents>(name: Name, listener: Listener<StoreEvents[Name]>): void {
    const listeners = this.#listeners.get(name) ?? new Set()
    this.#listeners.set(name, listeners.add(listener))
  }

  /** Removes a listener. */
  off<Name extends keyof StoreEvents>(name: Name, listener: Listener<StoreEvents[Name]>): void {
    this.#listeners.get(name)?.delete(listener)
  }

  /** Calls all listeners of `name`; what they throw becomes an uncaught exception, as with an EventTarget. */
  emit<Name extends keyof StoreEvents>(name: Name, event: StoreEvents[Name]): void {
    for (const listener of this.#listeners.get(name) ?? []) {
      try {
        ;(listener as Listener<StoreEvents[Name]>)(event)
      } catch (error) {
        process.nextTick(() => {
          throw error
        })
      }
    }
  }

  /** Removes all listeners. */
  clear(): void {
    this.#listeners.clear()
  }
}
