import { channel, type Channel } from 'node:diagnostics_channel'
import type { PublishedVersion } from './version-info.js'
import type { ReaderInfo } from './watching/reader-info.js'

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

/** A reader, this store or another one, still reads or holds a version that has not been current for long. */
export interface SlowReaderEvent {
  /** Who it is; `reader.isSelf` tells whether it is this store. */
  readonly reader: ReaderInfo
  /** The version it has. */
  readonly generation: number
  /** The version that is current in the store. */
  readonly current: number
  /** For how long this store has seen it so, in milliseconds. */
  readonly behindMs: number
  /** Whether a snapshot holds the version; else the reader has not followed. */
  readonly isHeld: boolean
}

/** A snapshot was garbage-collected without having been released; its version is held no more. */
export interface LeakEvent {
  /** Number of its version. */
  readonly generation: number
  /** When it was acquired. */
  readonly since: Date
  /** Where it was acquired, if the store was opened with `traceSnapshots`. */
  readonly stack: string | undefined
}

/** What a store tells, by name. */
export interface StoreEvents {
  /** This process has published a version. */
  publish: PublishedVersion
  /** Another version is read now. */
  swap: SwapEvent
  /** A version could not be adopted. */
  'adopt-failed': AdoptFailedEvent
  /** An old version's memory was given back. */
  release: ReleaseEvent
  /** A reader keeps an old version for long. */
  'slow-reader': SlowReaderEvent
  /** A snapshot was lost without having been released. */
  leak: LeakEvent
}

type Listener<Event> = (event: Event) => void

/** What the channel `hotseg:<name of an event>` of `node:diagnostics_channel` gives: the event, and whose it is. */
export type ChannelMessage<Event> = Event & {
  /** The store's directory, as an absolute path. */
  readonly directory: string
}

// Of all stores of the process. Made at first use: importing hotseg does nothing.
const channels = new Map<keyof StoreEvents, Channel>()

function channelOf(name: keyof StoreEvents): Channel {
  const found = channels.get(name) ?? channel(`hotseg:${name}`)
  channels.set(name, found)
  return found
}

/**
 * Who wants to know what: listeners of the store, and subscribers of the process's channels. One that throws disturbs neither the
 * store nor the others.
 */
export class EventHub {
  readonly #directory: string
  readonly #listeners = new Map<keyof StoreEvents, Set<Listener<never>>>()

  /** @param directory - of the store, for the channels */
  constructor(directory: string) {
    this.#directory = directory
  }

  /** Adds a listener; one already there is not added twice. */
  on<Name extends keyof StoreEvents>(name: Name, listener: Listener<StoreEvents[Name]>): void {
    const listeners = this.#listeners.get(name) ?? new Set()
    this.#listeners.set(name, listeners.add(listener))
  }

  /** Removes a listener. */
  off<Name extends keyof StoreEvents>(name: Name, listener: Listener<StoreEvents[Name]>): void {
    this.#listeners.get(name)?.delete(listener)
  }

  /** Whether anybody would hear such an event. */
  isHeard(name: keyof StoreEvents): boolean {
    return (this.#listeners.get(name)?.size ?? 0) > 0 || channelOf(name).hasSubscribers
  }

  /** Calls all listeners and subscribers of `name`; what they throw becomes an uncaught exception, as with an EventTarget. */
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
    const subscribers = channelOf(name)
    if (subscribers.hasSubscribers) subscribers.publish({ ...event, directory: this.#directory })
  }

  /** Removes all listeners. */
  clear(): void {
    this.#listeners.clear()
  }
}
