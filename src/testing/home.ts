import { OutOfSpaceError } from '../errors/errors.js'
import { tuning } from '../memory/tuning.js'
import { Segment } from '../segment/segment.js'
import type { Type } from '../types/type.js'
import { checkValue } from '../types/value-ref.js'
import { View } from '../types/view.js'
import { same, throwsError } from './check.js'
import { HeldViews } from './held-views.js'
import { modelOf } from './kinds.js'
import type { Reopen } from './reopen.js'
import type { AnyCommand, AnyScenario, Surroundings } from './scenario.js'
import { BESIDE, Targets } from './targets.js'

/** How often things happened. */
export interface Tally {
  runs: number
  commands: number
  reopenings: number
  refusals: number
}

const NAME = 'subject'
const NODE_CAPACITY = 4

type Setting = Parameters<AnyScenario['model']>[0]

/** Where one run takes place: a segment, the object in it, and the model. */
export class Home {
  private readonly scenario: AnyScenario
  private readonly model: ReturnType<AnyScenario['model']>
  private readonly reopening: Reopen
  private readonly tally: Tally
  private readonly held = new HeldViews()
  private readonly targets: Targets
  private readonly usedWhenEmpty: number
  private segment: Segment
  /** Two handles of the same object, used in turn: neither may rely on what it saw before. */
  private live: unknown
  private other: unknown

  /** @param capacity - of the segment, in bytes; @param tally - is counted up */
  constructor(scenario: AnyScenario, setting: Setting, capacity: number, reopening: Reopen, tally: Tally) {
    const targets = new Targets(modelOf(scenario.type))
    this.scenario = scenario
    this.model = scenario.model(setting, targets)
    this.reopening = reopening
    this.tally = tally
    this.targets = targets
    this.segment = Segment.inMemory({ capacity })
    this.usedWhenEmpty = fill(this.segment, scenario.type, targets)
    this.live = found(this.segment, scenario.type)
    this.other = found(this.segment, scenario.type)
    tally.runs++
  }

  /** Does one command and compares everything. */
  step(command: AnyCommand): void {
    withSmallNodes(() => {
      if (command.do === 'rest') return
      if (command.do === 'reopen') this.reopen()
      else if (command.do === 'exchange target') this.targets.exchange((command as ExchangeTarget).target)
      else this.apply(command)
      this.compare(this.live)
      this.held.check()
    })
  }

  private apply(command: AnyCommand): void {
    const { scenario, model, targets, held, segment } = this
    const surroundings: Surroundings = { segment, held, targets }
    this.tally.commands++
    ;[this.live, this.other] = [this.other, this.live]
    try {
      scenario.apply(this.live, model, targets.resolve(command) as AnyCommand, surroundings)
    } catch (error) {
      if (!(error instanceof OutOfSpaceError) || !scenario.needRoom.has(command.do)) throw error
      this.tally.refusals++
    }
  }

  /** Seals the segment, compares what it shows when it was opened again, and goes on with a copy. */
  private reopen(): void {
    this.tally.reopenings++
    const { live, scenario, model, held } = this
    this.segment = this.reopening(this.segment, (opened) => {
      throwsError('ClosedError', () => scenario.agree(live, model), 'object of a closed segment')
      held.closed()
      this.compare(found(opened, scenario.type))
    })
    this.targets.moveTo(this.segment)
    this.live = found(this.segment, scenario.type)
    this.other = found(this.segment, scenario.type)
  }

  /** Reopens once more, and takes everything out: no byte of it may be left. */
  end(): void {
    this.step({ do: 'reopen' })
    this.targets.clear()
    this.segment.destroy(NAME)
    this.segment.verify()
    same(this.segment.stats().used, this.usedWhenEmpty, 'bytes in use after destroying what was constructed')
  }

  /** Seals the segment. @returns a copy of its bytes */
  seal(): Uint8Array {
    this.segment.seal()
    return new Uint8Array(this.segment.toArrayBuffer())
  }

  close(): void {
    this.segment.close()
  }

  private compare(live: unknown): void {
    if (live instanceof View) {
      if (this.scenario.type.kind !== 'struct' && 'checkInvariants' in live)
        (live as unknown as { checkInvariants(): void }).checkInvariants()
      else checkValue(live)
    }
    this.scenario.agree(live, this.model)
  }
}

/** A command for types with pointers. */
export interface ExchangeTarget {
  readonly do: 'exchange target'
  readonly target: number
}

function found(segment: Segment, type: Type): unknown {
  const object = segment.find(NAME, type)
  if (object === undefined) throw new Error('the object is gone')
  return object
}

/**
 * Puts an empty object of a type, and what its pointers may lead to, into a new segment.
 *
 * @returns bytes in use once the segment has held them and nothing is left; the tables that hold names stay
 */
function fill(segment: Segment, type: Type, targets: Targets): number {
  targets.make(segment)
  segment.construct(NAME, type)
  segment.construct(BESIDE, type)
  segment.destroy(BESIDE)
  segment.destroy(NAME)
  targets.clear()
  const { used } = segment.stats()
  targets.make(segment)
  segment.construct(NAME, type)
  return used
}

/** Bytes that a segment needs before the first command: for an empty object of the type, and another beside for a while. */
export function emptyBytes(type: Type): number {
  const segment = Segment.inMemory({ capacity: 1 << 24 })
  fill(segment, type, new Targets(modelOf(type)))
  segment.construct(BESIDE, type)
  segment.seal()
  const { byteLength } = segment.bytes()
  segment.close()
  return byteLength
}

/** Has trees made with few entries a node, so that few rows make them split and merge. */
function withSmallNodes(work: () => void): void {
  const { nodeCapacity } = tuning
  tuning.nodeCapacity = NODE_CAPACITY
  try {
    work()
  } finally {
    tuning.nodeCapacity = nodeCapacity
  }
}
