/** The stages of a publication, in the order in which they happen. */
export type PublishStage = 'build' | 'write' | 'sync' | 'read-back' | 'validate' | 'rename' | 'switch'

/** How far a publication is. A stage that fails, or is aborted, has a beginning and no end. */
export interface PublishProgress {
  readonly stage: PublishStage
  readonly state: 'begin' | 'progress' | 'end'
  /** How long the stage took, in milliseconds; at its end. */
  readonly ms?: number
  /** Bytes that are written, or read back, so far; while there is progress to tell. */
  readonly done?: number
  /** Bytes that there are to write, or to read back. */
  readonly total?: number
}

/** How long a stage took. */
export interface StageTime {
  readonly stage: PublishStage
  readonly ms: number
}

/** Called when so many bytes of so many are done. */
export type OnBytes = (done: number, total: number) => void

/** What stages of a publication have in common: whom they tell, what ends them, and what else is done between them. */
export interface StageOptions {
  readonly onProgress?: ((progress: PublishProgress) => void) | undefined
  readonly signal?: AbortSignal | undefined
  /** Called before each stage; what it throws prevents it. */
  readonly onStage: () => void
}

/** Runs the stages of one publication and takes their times. */
export class Stages {
  /** The stages that have ended. */
  readonly times: StageTime[] = []
  readonly #options: StageOptions

  /** None has begun. */
  constructor(options: StageOptions) {
    this.#options = options
  }

  /** Runs one stage, unless the signal has been given. `work` may tell how far it is; that throws when the signal is given meanwhile. */
  async run<T>(stage: PublishStage, work: (onBytes: OnBytes) => T | Promise<T>): Promise<T> {
    const { signal, onStage } = this.#options
    signal?.throwIfAborted()
    onStage()
    this.#tell({ stage, state: 'begin' })
    const start = performance.now()
    const result = await work((done, total) => {
      signal?.throwIfAborted()
      this.#tell({ stage, state: 'progress', done, total })
    })
    const ms = performance.now() - start
    this.times.push({ stage, ms })
    this.#tell({ stage, state: 'end', ms })
    return result
  }

  /** The same for work of the user's, which nobody can stop: when the signal is given it is not waited for any longer. */
  async runForeign<T>(stage: PublishStage, work: () => T | Promise<T>): Promise<T> {
    const { signal } = this.#options
    return await this.run(stage, async () => {
      if (signal === undefined) return await work()
      let stop = (): void => undefined
      const aborted = new Promise<never>((_, reject) => {
        stop = () => {
          reject(signal.reason as Error)
        }
        signal.addEventListener('abort', stop, { once: true })
      })
      try {
        const result = await Promise.race([work(), aborted])
        signal.throwIfAborted()
        return result
      } finally {
        signal.removeEventListener('abort', stop)
      }
    })
  }

  // As with listeners of events: who only watches cannot make a publication fail.
  #tell(progress: PublishProgress): void {
    try {
      this.#options.onProgress?.(progress)
    } catch (error) {
      process.nextTick(() => {
        throw error
      })
    }
  }
}
