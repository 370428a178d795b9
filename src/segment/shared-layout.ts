import { CorruptionError } from '../errors/errors.js'
import type { Heap } from '../heap/heap.js'
import { GRANULE_BYTES, type Memory } from '../memory/memory.js'
import { refuseValue, type CheckWalk, type ValuePath } from '../types/layout.js'
import { PointerLayout, type Target } from '../types/pointer-layout.js'
import { View } from '../types/view.js'
import { Directory } from './directory.js'

/** A prepared value of which an object is to be made. */
class Fresh {
  readonly prepared: unknown

  constructor(prepared: unknown) {
    this.prepared = prepared
  }
}

/** Offset and serial of an unnamed object, which counts how many such pointers own it. */
export class SharedLayout extends PointerLayout {
  constructor() {
    super('sharedPtr')
  }

  override prepare(value: unknown, path: ValuePath, depth: number): unknown {
    if (value !== undefined && !(value instanceof View)) return new Fresh(this.target.prepare(value, path, depth))
    const target = this.prepareTarget(value, path, depth)
    const { memory, offset } = target
    if (memory !== undefined && !this.#isOne(memory, offset)) {
      refuseValue(
        path,
        depth,
        'a view of an object made without a name',
        value,
        'Named objects, rows and parts of others have an owner: pass toObject() to make a copy that is shared, or use offsetPtr.',
      )
    }
    return target
  }

  #isOne(memory: Memory, offset: number): boolean {
    const directory = Directory.of(memory)
    const entry = directory.findUnnamed(offset)
    return entry !== undefined && directory.textOf(entry.description) === this.target.text
  }

  override toPlain(prepared: unknown): unknown {
    // There is no object yet that a view could show.
    return prepared instanceof Fresh ? this.target.toPlain(prepared.prepared) : super.toPlain(prepared)
  }

  override init(heap: Heap, address: number, prepared: unknown): void {
    const directory = Directory.of(heap.memory)
    if (prepared instanceof Fresh) {
      const object = directory.makeUnnamed(heap, this.target.byteLength, this.target.text)
      this.target.init(heap, object * GRANULE_BYTES, prepared.prepared)
      heap.memory.setU32(address, object)
      heap.memory.setU32(address + 4, heap.serial(object))
      directory.countOwner(heap, object, 1)
      return
    }
    super.init(heap, address, prepared)
    const { offset, serial } = prepared as Target
    if (offset === 0) return
    // Preparing further values runs code of the user's, which may have destroyed it.
    if (!this.#isOne(heap.memory, offset) || heap.serial(offset) !== serial) {
      refuseValue([], 0, 'a view of an object that is still there', 'a view of one that was destroyed')
    }
    directory.countOwner(heap, offset, 1)
  }

  override release(heap: Heap, address: number): void {
    const object = heap.memory.word(address)
    if (object === 0 || Directory.of(heap.memory).countOwner(heap, object, -1) > 0) return
    // Not at once: what is written next may own it again, and objects may own each other in chains of any length.
    heap.whenDone(() => this.#destroy(heap, object))
  }

  #destroy(heap: Heap, object: number): void {
    const directory = Directory.of(heap.memory)
    const entry = directory.findUnnamed(object)
    if (entry === undefined || directory.ownersOf(object) > 0) return
    directory.remove(heap, entry)
    this.target.release(heap, object * GRANULE_BYTES)
    heap.free(object)
  }

  override check(memory: Memory, address: number, walk: CheckWalk): void {
    const object = memory.word(address)
    const serial = memory.word(address + 4)
    if (object === 0 && serial === 0) return
    const isSound = this.#isOne(memory, object) && memory.word((object - 1) * GRANULE_BYTES) === serial
    if (isSound && walk.own(object) <= Directory.of(memory).ownersOf(object)) return
    throw new CorruptionError(
      `segment is damaged: a shared pointer owns what is no object of its type or counts fewer owners, ` +
        `offset=${object * GRANULE_BYTES}. Run verify.`,
      { offset: object * GRANULE_BYTES },
    )
  }
}
