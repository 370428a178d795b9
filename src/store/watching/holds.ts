import type { OpenVersion } from '../reading/open-version.js'
import type { HeldVersion } from './reader-info.js'

/** A snapshot that was acquired and not yet released. */
export interface HeldSnapshot {
  /** Number of its version. */
  readonly generation: number
  /** When it was acquired. */
  readonly since: Date
  /** Where it was acquired, if the store was opened with `traceSnapshots`. */
  readonly stack: string | undefined
}

/** One hold of a version, for as long as a snapshot lives. Never leads to the snapshot, which could not be collected then. */
export interface Hold {
  readonly version: OpenVersion
  /** Milliseconds since 1970. */
  readonly since: number
  readonly stack: string | undefined
}

/** What `Holds` tells. */
export interface HoldsHooks {
  /** A hold of that version has ended. */
  readonly onEnd: (version: OpenVersion) => void
  /** A snapshot was collected without having been released; its hold has ended. */
  readonly onLeak: (held: HeldSnapshot) => void
}

/** The snapshots of a store that are held. Those that are lost without a release are noticed when they are collected. */
export class Holds {
  readonly #holds = new Set<Hold>()
  readonly #hooks: HoldsHooks
  readonly #lost = new FinalizationRegistry<Hold>((hold) => {
    if (!this.#holds.has(hold)) return
    this.end(hold)
    this.#hooks.onLeak(describe(hold))
  })

  /** Empty. */
  constructor(hooks: HoldsHooks) {
    this.#hooks = hooks
  }

  /** Holds a version. @param stack - where from, if that is to be remembered */
  begin(version: OpenVersion, stack: string | undefined): Hold {
    const hold = { version, since: Date.now(), stack }
    version.hold()
    this.#holds.add(hold)
    return hold
  }

  /** Ends the hold when that snapshot is collected, if it has not ended by then. */
  watch(snapshot: object, hold: Hold): void {
    this.#lost.register(snapshot, hold, hold)
  }

  /** Lets the version go; a second call for one hold does nothing. */
  end(hold: Hold): void {
    if (!this.#holds.delete(hold)) return
    this.#lost.unregister(hold)
    hold.version.drop()
    this.#hooks.onEnd(hold.version)
  }

  /** All that are held, oldest first. */
  list(): HeldSnapshot[] {
    return [...this.#holds].map(describe)
  }

  /** How many are held. */
  get count(): number {
    return this.#holds.size
  }

  /** The versions that are held besides one, each with its oldest hold. */
  versionsBesides(current: OpenVersion | undefined): HeldVersion[] {
    const oldest = new Map<OpenVersion, number>()
    for (const { version, since } of this.#holds) {
      if (version !== current && !oldest.has(version)) oldest.set(version, since)
    }
    return [...oldest].map(([{ generation }, since]) => ({ generation, since: new Date(since) }))
  }
}

function describe({ version, since, stack }: Hold): HeldSnapshot {
  return { generation: version.generation, since: new Date(since), stack }
}
