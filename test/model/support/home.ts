import { join } from 'node:path'
import { OutOfSpaceError, Segment, type Opened, type ReadonlyOpened, type Type } from '../../../src/index.js'
import { same, throwsError } from './check.js'
import { HeldViews } from './held-views.js'
import { reopen } from './reopen.js'
import type { Behaviour } from './scenario.js'

/** How often things happened in this file, for its tests to assert that they did. */
export const met = { runs: 0, commands: 0, reopenings: 0, refusals: 0 }

const NAME = 'subject'
let files = 0

/** Where one run takes place: a segment, the container in it, and the model. */
export class Home<T extends Type, C extends { readonly do: string }, Model> {
  private readonly behaviour: Behaviour<T, C, Model>
  private readonly model: Model
  private readonly directory: string
  private readonly held = new HeldViews()
  private readonly usedWhenEmpty: number
  private segment: Segment
  /** Two handles of the same container, used in turn: neither may rely on what it saw before. */
  private live: Opened<T>
  private other: Opened<T>

  /** @param capacity - of the segment, in bytes; @param directory - where it is written when it is reopened */
  constructor(behaviour: Behaviour<T, C, Model>, model: Model, capacity: number, directory: string) {
    this.behaviour = behaviour
    this.model = model
    this.directory = directory
    this.segment = Segment.inMemory({ capacity })
    this.usedWhenEmpty = usedWhenEmpty(this.segment, behaviour.type)
    this.live = this.segment.construct(NAME, behaviour.type)
    this.other = this.found(this.segment)
  }

  /** Does one command and compares everything. */
  step(command: C): void {
    met.commands++
    ;[this.live, this.other] = [this.other, this.live]
    try {
      this.behaviour.apply(this.live, this.model, command, { segment: this.segment, held: this.held })
    } catch (error) {
      if (!(error instanceof OutOfSpaceError) || !this.behaviour.needRoom.has(command.do)) throw error
      met.refusals++
    }
    this.compare(this.live)
    this.held.check()
  }

  /** Seals the segment, compares what a mapping of its file shows, and goes on with a copy. */
  reopen(): void {
    met.reopenings++
    const { live, behaviour, model } = this
    const path = join(this.directory, `${files++}.hotseg`)
    this.segment = reopen(this.segment, path, (mapped) => {
      throwsError('ClosedError', () => behaviour.agree(live, model), 'container of a closed segment')
      this.held.closed()
      this.compare(this.found(mapped))
    })
    this.live = this.found(this.segment)
    this.other = this.found(this.segment)
    this.compare(this.live)
  }

  /** Reopens once more, and takes everything out: no byte of it may be left. */
  end(): void {
    this.reopen()
    this.segment.destroy(NAME)
    this.segment.verify()
    same(this.segment.stats().used, this.usedWhenEmpty, 'bytes in use after destroying what was constructed')
  }

  /** Seals the segment. @returns a copy of its bytes */
  seal(): Uint8Array {
    this.segment.seal()
    return new Uint8Array(this.segment.toArrayBuffer()).slice()
  }

  close(): void {
    this.segment.close()
  }

  private found(segment: Segment): Opened<T> | ReadonlyOpened<T> {
    const found = segment.find(NAME, this.behaviour.type)
    if (found === undefined) throw new Error('the container is gone')
    return found
  }

  private compare(live: Opened<T> | ReadonlyOpened<T>): void {
    this.behaviour.checkInvariants?.(live)
    this.behaviour.agree(live, this.model)
  }
}

/** Bytes of a sealed segment with nothing but an empty container of the type. */
export function emptyBytes(type: Type): number {
  using segment = Segment.inMemory({ capacity: 1 << 20 })
  usedWhenEmpty(segment, type)
  segment.construct(NAME, type)
  segment.seal()
  return segment.toArrayBuffer().byteLength
}

/** Bytes in use once the segment has held an object; the tables that hold names stay. */
function usedWhenEmpty(segment: Segment, type: Type): number {
  segment.construct(NAME, type)
  segment.destroy(NAME)
  return segment.stats().used
}
